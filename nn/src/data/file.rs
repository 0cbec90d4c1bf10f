//! Files of data: opened, unpacked where they are compressed, and what is said when that fails.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::error::Error;

pub const DOWNLOAD_AGAIN: &str = "the file is not complete: download or copy it again";

/// The first bytes of a gzip stream.
pub const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Opens a file of data; an error that says what to do if there is none.
pub fn open(path: &Path) -> Result<File, Error> {
    let failed = |source| Error::Read { path: path.into(), source };
    let file = File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => missing(path),
        _ => failed(source),
    })?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(Error::data(path.display().to_string(), "this is a folder", "pass the path of a file in it"));
    }
    Ok(file)
}

/// The bytes of a source, unpacked if they are compressed with gzip, and whether they are.
pub fn unpacked<'a>(mut source: impl Read + 'a) -> io::Result<(Box<dyn Read + 'a>, bool)> {
    let mut magic = [0; 2];
    let found = fill(&mut source, &mut magic)?;
    let whole = io::Cursor::new(magic).take(found as u64).chain(source);
    if magic == GZIP { Ok((Box::new(MultiGzDecoder::new(whole)), true)) } else { Ok((Box::new(whole), false)) }
}

/// Fills `buffer` as far as the source goes, and tells how far.
pub fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The error for a source that failed, when so much had been read: a broken gzip stream, or the system's.
pub fn broken(name: &Path, compressed: bool, error: io::Error, so_far: &str) -> Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let wrong = |problem: String, help: &str| Error::data(name.display().to_string(), problem, help);
    match error.kind() {
        UnexpectedEof if compressed => wrong(format!("the gzip stream breaks off, {so_far}"), DOWNLOAD_AGAIN),
        InvalidData | InvalidInput if compressed => {
            wrong(format!("the gzip stream is damaged, {so_far} ({error})"), "download or copy the file again")
        }
        _ => Error::Read { path: name.into(), source: error },
    }
}

/// The error for a file that is not there.
fn missing(path: &Path) -> Error {
    let help = match std::env::current_dir() {
        Ok(folder) if path.is_relative() => format!("check the path, which begins at {}", folder.display()),
        _ => "check the path".into(),
    };
    Error::data(path.display().to_string(), "there is no such file", help)
}
