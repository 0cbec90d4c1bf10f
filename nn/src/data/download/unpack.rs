//! From what was transferred to the file: unpacked, counted and summed.

use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use crate::error::Error;

use super::lock::Lock;
use super::problem::unwritable;
use super::{RemoteFile, hexadecimal};

/// What a file is that is not the one that was asked for.
pub enum Bad {
    /// It breaks off, and is good as far as it goes.
    Short(String),
    /// It is another.
    Wrong(String),
    /// It cannot be unpacked on this machine.
    Local(Error),
}

/// Unpacks `source` into its file in `folder`, which gets its name at the end, if its sum is right. An address that
/// sends the file without compression is as good.
pub fn unpack(source: &Path, folder: &Path, file: &RemoteFile, lock: &Lock) -> Result<(), Bad> {
    let packed = File::open(source).map_err(|error| unreadable(&error))?;
    let unpacked = folder.join(format!("{}{}", file.name, lock.ending()));
    let result = contents(packed, &unpacked, file).and_then(|()| {
        let target = folder.join(&file.name);
        fs::rename(&unpacked, &target).map_err(|error| Bad::Local(unwritable(&target, &error)))
    });
    if result.is_err() {
        let _ = fs::remove_file(&unpacked); // It is written anew in any case.
    }
    result
}

fn contents(packed: File, unpacked: &Path, file: &RemoteFile) -> Result<(), Bad> {
    let local = |error: io::Error| Bad::Local(unwritable(unpacked, &error));
    let mut packed = BufReader::new(packed);
    let mut beginning = Vec::new();
    (&mut packed).take(2).read_to_end(&mut beginning).map_err(|error| unreadable(&error))?;
    let is_packed = beginning == [0x1f, 0x8b]; // gzip's, RFC 1952
    let whole = beginning.as_slice().chain(packed);
    let mut source: Box<dyn Read + '_> = if is_packed { Box::new(GzDecoder::new(whole)) } else { Box::new(whole) };

    let mut output = File::create(unpacked).map_err(local)?;
    let mut sum = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Err(Bad::Short(format!("a file that breaks off after {bytes} unpacked bytes")));
            }
            Err(error) => {
                return Err(Bad::Wrong(format!("a damaged gzip file ({error})")));
            }
        };
        bytes += read as u64;
        if bytes > file.bytes {
            return Err(Bad::Wrong(format!("a file of more than the {} bytes that it has", file.bytes)));
        }
        sum.update(&buffer[..read]);
        output.write_all(&buffer[..read]).map_err(local)?;
    }
    if bytes == file.bytes {
        let sum = hexadecimal(sum.finalize().as_slice());
        if sum.eq_ignore_ascii_case(&file.sha256) {
            return output.sync_all().map_err(local);
        }
        return Err(Bad::Wrong(format!("other contents: their SHA-256 is {sum}, not {}", file.sha256)));
    }
    match beginning.first() {
        _ if is_packed => Err(Bad::Wrong(format!("a file of {bytes} bytes, not {}", file.bytes))),
        Some(b'<') => Err(Bad::Wrong("a web page in place of the file".into())),
        Some(_) => Err(Bad::Wrong(format!("{bytes} bytes that are no gzip file"))),
        None => Err(Bad::Wrong("an empty file".into())),
    }
}

/// The disk fails: what it holds is of no use.
fn unreadable(error: &io::Error) -> Bad {
    Bad::Wrong(format!("a file that the disk does not give back ({error})"))
}
