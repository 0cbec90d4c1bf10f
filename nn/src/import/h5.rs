//! The arrays of a `.weights.h5` file of Keras 3.
//!
//! A layer is a group; its parameters are `vars/0`, `vars/1` and so on, and the name that its user gave it is the attribute
//! `name` of `vars`. The layers of a model are in its group `layers`, named by their kinds and numbers: `layers/dense_1`.

use hdf5_pure::{DType, File, Group};

use super::arrays::{Part, Source, Theirs};
use super::{Import, Layout};
use crate::error::Error;

/// No model is nested deeper; a file whose groups lead into one another would be without end.
const DEEPEST: usize = 32;

/// No model has more groups and arrays. A small file can name one of them any number of times.
const MOST_MEMBERS: usize = 100_000;

/// A chunk has no more values than its array, or than this: it is unpacked as a whole, however much of it the array has.
const LARGEST_CHUNK: u64 = 1 << 20;

pub fn read(place: String, bytes: Vec<u8>) -> Result<Import, Error> {
    let file = File::from_bytes(bytes).map_err(|error| unreadable(&place, &error))?;
    let mut walk = Walk { place: &place, members: 0, theirs: Vec::new() };
    walk.group(&file.root(), "", "", 0)?;
    let theirs = walk.theirs;
    if theirs.is_empty() {
        let problem = "there are no weights in it as Keras 3 writes them";
        return Err(Error::data(place, problem, "write `model.save_weights(\"….weights.h5\")`"));
    }
    Ok(Import::new(place, Source::H5(file), theirs, Layout::InputsFirst))
}

pub fn values(place: &str, file: &File, array: &Theirs) -> Result<Vec<f64>, Error> {
    let dataset = file.dataset(&array.name).map_err(|error| unreadable(place, &error))?;
    let chunk = dataset.chunk_shape().map_err(|error| unreadable(place, &error))?.unwrap_or_default();
    let in_chunk = chunk.iter().try_fold(1_u64, |count, size| count.checked_mul(*size));
    // It is the shape of an array of the model.
    let in_array = array.shape.iter().product::<usize>() as u64;
    if in_chunk.is_none_or(|count| count > in_array.max(LARGEST_CHUNK)) {
        let problem = format!("`{}` of shape {:?} is stored in chunks of {chunk:?}", array.name, array.shape);
        return Err(Error::data(place, problem, "the file is damaged: copy or save it again"));
    }
    match dataset.dtype().map_err(|error| unreadable(place, &error))? {
        DType::F32 | DType::F64 => dataset.read_f64().map_err(|error| unreadable(place, &error)),
        other => {
            let problem = format!("`{}` holds numbers of type {other}, not f32 or f64", array.name);
            Err(Error::data(place, problem, "save the model with weights of `float32`"))
        }
    }
}

struct Walk<'a> {
    place: &'a str,
    members: usize,
    theirs: Vec<Theirs>,
}

impl Walk<'_> {
    /// The arrays of a model, or of a layer, and of all that lies in it. `layer` has the names that users gave.
    fn group(&mut self, group: &Group, path: &str, layer: &str, depth: usize) -> Result<(), Error> {
        let failed = |error| unreadable(self.place, &error);
        // All at once: to look for one by its name goes through all of them.
        let groups = group.iter_groups().map_err(failed)?;
        let arrays = group.datasets().map_err(failed)?;
        self.count(groups.len() + arrays.len(), depth)?;
        for (name, inner) in groups {
            let inner_path = join(path, '/', &name);
            match name.as_str() {
                "vars" => self.arrays(&inner, path, layer)?,
                "layers" => self.group(&inner, &inner_path, layer, depth + 1)?,
                // That of the whole model.
                "optimizer" if depth == 0 => {}
                _ => {
                    let given = given_name(&inner).unwrap_or(name);
                    self.group(&inner, &inner_path, &join(layer, '.', &given), depth + 1)?;
                }
            }
        }
        Ok(())
    }

    fn arrays(&mut self, vars: &Group, path: &str, layer: &str) -> Result<(), Error> {
        let place = self.place;
        let failed = |error| unreadable(place, &error);
        let arrays = vars.iter_datasets().map_err(failed)?;
        self.count(arrays.len(), 0)?;
        for (name, dataset) in arrays {
            let sizes = dataset.shape().map_err(failed)?;
            self.theirs.push(Theirs {
                part: name.parse().map_or_else(|_| Part::Named(name.clone()), Part::Numbered),
                name: join(&join(path, '/', "vars"), '/', &name),
                layer: layer.to_owned(),
                group: path.to_owned(),
                shape: sizes.iter().map(|size| usize::try_from(*size).unwrap_or(usize::MAX)).collect(),
            });
        }
        Ok(())
    }

    fn count(&mut self, members: usize, depth: usize) -> Result<(), Error> {
        self.members += members;
        if depth <= DEEPEST && self.members <= MOST_MEMBERS {
            return Ok(());
        }
        let problem = "its groups lead into one another without end";
        Err(Error::data(self.place, problem, "the file is damaged: copy or save it again"))
    }
}

fn join(path: &str, separator: char, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}{separator}{name}") }
}

/// The name that its user gave to a layer.
fn given_name(layer: &Group) -> Option<String> {
    layer.group("vars").ok()?.attrs().ok()?.get("name")?.as_str().map(ToOwned::to_owned)
}

fn unreadable(place: &str, error: &hdf5_pure::Error) -> Error {
    let problem = format!("it cannot be read as an HDF5 file ({error})");
    Error::data(place, problem, "copy the file again, or write it again with `model.save_weights` of Keras 3")
}
