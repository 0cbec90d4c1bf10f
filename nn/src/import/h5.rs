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

/// No model has more groups.
const MOST_GROUPS: usize = 100_000;

pub fn read(place: String, bytes: Vec<u8>) -> Result<Import, Error> {
    let file = File::from_bytes(bytes).map_err(|error| unreadable(&place, &error))?;
    let mut walk = Walk { place: &place, groups: 0, theirs: Vec::new() };
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
    groups: usize,
    theirs: Vec<Theirs>,
}

impl Walk<'_> {
    /// The arrays of a model, or of a layer, and of all that lies in it. `layer` has the names that users gave.
    fn group(&mut self, group: &Group, path: &str, layer: &str, depth: usize) -> Result<(), Error> {
        let failed = |error| unreadable(self.place, &error);
        self.groups += 1;
        if depth > DEEPEST || self.groups > MOST_GROUPS {
            let problem = "its groups lead into one another without end";
            return Err(Error::data(self.place, problem, "the file is damaged: copy or save it again"));
        }
        for name in group.groups().map_err(failed)? {
            let inner = group.group(&name).map_err(failed)?;
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
        for name in vars.datasets().map_err(|error| unreadable(self.place, &error))? {
            let sizes = vars.dataset(&name).and_then(|dataset| dataset.shape());
            let sizes = sizes.map_err(|error| unreadable(self.place, &error))?;
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
