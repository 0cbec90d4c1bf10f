//! The arrays of an `.npz` file.

use katachi_core::tensor::npy::{NpyError, Npz};

use super::arrays::{Source, Theirs};
use super::{Import, Layout};
use crate::error::Error;

pub fn read(place: String, bytes: &[u8]) -> Result<Import, Error> {
    let archive = Npz::from_bytes(bytes).map_err(|error| said(&place, &error))?;
    let shapes = archive.shapes().map_err(|error| said(&place, &error))?;
    let theirs = shapes.into_iter().map(|(name, shape)| Theirs::named(name, shape)).collect();
    Ok(Import::new(place, Source::Npz(archive), theirs, Layout::InputsFirst))
}

pub fn values(place: &str, archive: &Npz, array: &Theirs) -> Result<Vec<f64>, Error> {
    archive.floats(&array.name, &array.shape).map_err(|error| said(place, &error))
}

/// What the reader of archives says, of the file. It says what to do behind a semicolon.
fn said(place: &str, error: &NpyError) -> Error {
    let text = error.to_string();
    let text = text.strip_prefix("these bytes").map_or(text.as_str(), |rest| rest.trim_start_matches([':', ',', ' ']));
    let (problem, help) = text.split_once("; ").unwrap_or((text, "write it again with `np.savez`"));
    Error::data(place, problem, help)
}
