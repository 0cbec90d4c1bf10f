//! One request over HTTP.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use ureq::http::Response;
use ureq::{Agent, Body};

use super::meter::Meter;
use super::problem::Problem;
use super::{RemoteFile, SLOWEST};

/// Asks servers.
pub struct Client {
    agent: Agent,
    timeout: Duration,
}

impl Client {
    pub fn new(timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(concat!("katachi/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity") // What is counted and kept is the file, not a transport's form of it.
            .timeout_resolve(Some(timeout))
            .timeout_connect(Some(timeout))
            .timeout_recv_response(Some(timeout))
            .timeout_per_read(Some(timeout))
            .build();
        Self { agent: config.new_agent(), timeout }
    }

    /// Completes `part` with what the address sends. What is kept of a transfer that broke off is asked for no more,
    /// if the server can begin in the middle.
    pub fn transfer(&self, address: &str, part: &Path, file: &RemoteFile) -> Result<(), Problem> {
        let local = |error: std::io::Error| Problem::unwritable(part, &error);
        let opened = OpenOptions::new().create(true).write(true).truncate(false).open(part);
        let mut output = opened.map_err(local)?;
        let have = output.seek(SeekFrom::End(0)).map_err(local)?;
        let mut request = self.agent.get(address);
        if have > 0 {
            request = request.header("Range", format!("bytes={have}-"));
        }
        let response = request.call().map_err(|error| Problem::of_request(&error))?;
        let start = match response.status().as_u16() {
            200 => 0,
            206 if have > 0 && start_of(&response) == Some(have) => have,
            206 if have > 0 => return Err(Problem::Wrong("sent another part than it was asked for".into())),
            // There is nothing behind what is kept: it is complete, or it is of another file.
            416 if have > 0 => return Ok(()),
            status => return Err(Problem::of_status(status)),
        };
        if start == 0 {
            output.set_len(0).and_then(|()| output.rewind()).map_err(local)?;
        }
        self.body(response.into_body(), &mut output, start, file).map_err(|problem| match problem {
            Stop::Write(error) => local(error),
            Stop::Server(problem) => problem,
        })
    }

    fn body(&self, body: Body, output: &mut File, start: u64, file: &RemoteFile) -> Result<(), Stop> {
        let total = body.content_length().map(|length| length.saturating_add(start));
        let most = file.most();
        let too_long = || Stop::Server(Problem::Wrong(format!("sends more than the {most} bytes that it could have")));
        if total.is_some_and(|total| total > most) {
            return Err(too_long());
        }
        let meter = Meter::new(&file.name, start, total);
        let mut body = body.into_reader();
        let mut buffer = vec![0; 64 << 10];
        let (began, mut have) = (Instant::now(), start);
        loop {
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Stop::Server(Problem::of_body(&error, have))),
            };
            have += read as u64;
            if have > most {
                return Err(too_long());
            }
            output.write_all(&buffer[..read]).map_err(Stop::Write)?;
            meter.show(have);
            let passed = began.elapsed();
            if passed > self.timeout && (have - start) / SLOWEST < passed.as_secs() {
                return Err(Stop::Server(Problem::Broken(format!(
                    "is too slow: {} bytes in {passed:.1?}",
                    have - start
                ))));
            }
        }
        match total {
            Some(total) if have < total => {
                Err(Stop::Server(Problem::Broken(format!("broke off after {have} of {total} bytes"))))
            }
            _ => Ok(()),
        }
    }
}

/// Why a body was not kept to its end.
enum Stop {
    Write(std::io::Error),
    Server(Problem),
}

/// The first byte of a partial answer: `Content-Range: bytes 100-199/200`.
fn start_of(response: &Response<Body>) -> Option<u64> {
    let range = response.headers().get("content-range")?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split_once('-')?.0.trim().parse().ok()
}
