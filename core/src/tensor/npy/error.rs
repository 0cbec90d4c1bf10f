//! What can be wrong with a file of arrays.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::fmt;
use std::path::Path;

/// A file of arrays cannot be read or written. The text names the file, what is wrong with it, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NpyError {
    place: String,
    problem: String,
}

impl NpyError {
    pub(super) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self { place: format!("`{}`", path.display()), problem: format!("{error}; is the path right?") }
    }
}

impl fmt::Display for NpyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

impl core::error::Error for NpyError {}

/// Names the place of a problem.
pub(super) fn in_place<R>(place: &str, result: Result<R, String>) -> Result<R, NpyError> {
    result.map_err(|problem| NpyError { place: place.to_owned(), problem })
}
