//! A small server of HTTP on this machine, which answers as a test wants.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Answers until it is dropped.
pub struct Server {
    address: String,
    asked: Arc<Mutex<Vec<Request>>>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `/train.gz`
    pub path: String,
    /// The first byte that is wanted.
    pub start: Option<usize>,
}

/// What it answers.
pub struct Answer {
    pub status: &'static str,
    pub headers: String,
    pub body: Vec<u8>,
    /// Waits that long between the two halves of the body.
    pub pause: Duration,
}

impl Answer {
    /// An answer that announces its length.
    pub fn of(status: &'static str, body: &[u8]) -> Self {
        Self::announcing(status, body.len(), body)
    }

    /// An answer that announces a length, and may have another.
    pub fn announcing(status: &'static str, length: usize, body: &[u8]) -> Self {
        let headers = format!("Content-Length: {length}\r\n");
        Self { status, headers, body: body.to_vec(), pause: Duration::ZERO }
    }

    /// An answer that ends where the connection does.
    pub fn unannounced(body: &[u8]) -> Self {
        Self { headers: String::new(), ..Self::of("200 OK", body) }
    }

    /// What a good server says: from the byte that is wanted.
    pub fn file(request: &Request, file: &[u8]) -> Self {
        match request.start {
            None => Self::of("200 OK", file),
            Some(start) if start >= file.len() => Self::of("416 Range Not Satisfiable", b""),
            Some(start) => {
                let mut answer = Self::of("206 Partial Content", &file[start..]);
                answer.headers += &format!("Content-Range: bytes {start}-{}/{}\r\n", file.len() - 1, file.len());
                answer
            }
        }
    }

    pub fn redirect(to: &str) -> Self {
        let mut answer = Self::of("302 Found", b"");
        answer.headers += &format!("Location: {to}\r\n");
        answer
    }
}

impl Server {
    /// Answers each request by `answer`, which also gets how many there were before.
    pub fn new(answer: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let (asked, stopped) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (log, stop) = (Arc::clone(&asked), Arc::clone(&stopped));
        let answer = Arc::new(answer);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                std::thread::spawn(move || {
                    let mut stream = stream?;
                    let request = read(&mut stream)?;
                    let before = {
                        let mut log = log.lock().expect("no test panics here");
                        log.push(request.clone());
                        log.len() - 1
                    };
                    send(&mut stream, &answer(&request, before)) // A client that goes away is one of the tests.
                });
            }
        });
        Self { address, asked, stopped, thread: Some(thread) }
    }

    /// `http://127.0.0.1:40000`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The first bytes that were asked for, request by request.
    pub fn starts(&self) -> Vec<Option<usize>> {
        self.asked.lock().expect("no test panics here").iter().map(|request| request.start).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // The thread waits for a connection: this one.
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn read(stream: &mut TcpStream) -> std::io::Result<Request> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 10_000 {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let range = head.lines().find_map(|line| line.strip_prefix("range: bytes="));
    let start = range.and_then(|range| range.trim_end_matches('-').parse().ok());
    Ok(Request { path, start })
}

fn send(stream: &mut TcpStream, answer: &Answer) -> std::io::Result<()> {
    let Answer { status, headers, body, pause } = answer;
    write!(stream, "HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n")?;
    let (first, second) = body.split_at(body.len() / 2);
    stream.write_all(first)?;
    stream.flush()?;
    std::thread::sleep(*pause);
    stream.write_all(second)?;
    stream.shutdown(Shutdown::Write)?;
    // Until the client has read it: bytes that nobody reads would make the system drop the answer.
    let _ = stream.read(&mut [0; 1024]);
    Ok(())
}
