//! The arrays of a safetensors file.

use super::arrays::{Source, Theirs};
use super::{Import, Layout};
use crate::error::Error;
use crate::save::safetensors::{Safetensors, Stored};

pub fn read(place: String, bytes: Vec<u8>) -> Result<Import, Error> {
    let file = Safetensors::parse(&place, &bytes)?;
    // What libraries write is `pt`, `tf`, `flax`, `np` or `mlx`, and the last keeps weights as PyTorch does.
    let layout = match file.text("format") {
        None | Some("pt" | "mlx") => Layout::OutputsFirst,
        Some(_) => Layout::InputsFirst,
    };
    let theirs = file.arrays.iter().map(|array| Theirs::named(&array.name, array.shape.clone())).collect();
    Ok(Import::new(place, Source::Safetensors(bytes), theirs, layout))
}

pub fn values(place: &str, bytes: &[u8], name: &str) -> Result<Vec<f64>, Error> {
    let file = Safetensors::parse(place, bytes)?;
    let array = file.array(name);
    array.and_then(Stored::floats).ok_or_else(|| {
        let dtype = array.map_or("unknown", |array| &array.dtype);
        let problem = format!("`{name}` holds numbers of type {dtype}, which are no floats");
        Error::data(place, problem, "save it as float32, such as `tensor.float()`")
    })
}
