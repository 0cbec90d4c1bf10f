//! A training in a file, to go on with later: [`save`] and [`load`].
//!
//! A [`Trainer`](crate::Trainer) writes and reads checkpoints by itself; a loop of one's own does it with these functions.
//! What goes on from a checkpoint ends with the same bits as if it had never stopped.
//!
//! ```
//! use katachi::checkpoint::{self, TrainingState};
//! use katachi::optimizer::Adam;
//! use katachi::prelude::*;
//!
//! model! {
//!     struct Mlp { hidden: Dense(2 => 4, tanh), output: Dense(4 => 1) }
//! }
//!
//! # fn main() -> Result<(), Error> {
//! # let folder = tempfile::tempdir().expect("a folder");
//! # let path = folder.path().join("training.safetensors");
//! let (mut mlp, mut adam) = (Mlp::init(22), Adam::new(0.01));
//! let gradient = Mlp::init(23);
//! adam.step(&mut mlp, &gradient)?;
//! checkpoint::save(&path, &mlp, &mut adam, &TrainingState { epochs: 1, steps: 1, ..TrainingState::default() })?;
//!
//! let (mut later, mut new_adam) = (Mlp::init(0), Adam::new(0.01));
//! let state = checkpoint::load(&path, &mut later, &mut new_adam)?;
//! adam.step(&mut mlp, &gradient)?;
//! new_adam.step(&mut later, &gradient)?;
//! assert_eq!((state.steps, later.as_slice()), (1, mlp.as_slice()));
//! # Ok(())
//! # }
//! ```
//!
//! # The file
//!
//! It is the file of the model, as [`save`](crate::save) describes it, so `Mlp::load` reads the model in it. Beside that it
//! holds
//!
//! | name | contents |
//! |---|---|
//! | `training/numbers/…`, `training/arrays/…` | what callbacks keep, `F64` |
//! | `training/history/…` | a value an epoch, `F64` |
//! | `optimizer/numbers/…` | the numbers of [`OptimizerState`], `F64` |
//! | `optimizer/arrays/…` | its arrays, in the type of the model |
//! | `katachi.checkpoint` | in the metadata: the version of this table, `1` |
//! | `katachi.optimizer`, `katachi.epochs`, `katachi.steps`, `katachi.seed` | in the metadata: the optimizer's type, and three whole numbers |

use std::path::Path;

use katachi_core::element::Element;

use crate::error::Error;
use crate::history::History;
use crate::model::Model;
use crate::names::{list, nearest};
use crate::optimizer::{Optimizer, OptimizerState};
use crate::save::safetensors::{self, Array, Safetensors, dtype};
use crate::save::{
    BYTES, Compared, check_format, check_model, copy_bits, metadata, model_arrays, read_file, read_model, replace,
};

const VERSION_KEY: &str = "katachi.checkpoint";
const OPTIMIZER: &str = "katachi.optimizer";
const EPOCHS: &str = "katachi.epochs";
const STEPS: &str = "katachi.steps";
const SEED: &str = "katachi.seed";

/// The version of what stands in a checkpoint.
const VERSION: u32 = 1;

const NUMBERS: &str = "training/numbers/";
const ARRAYS: &str = "training/arrays/";
const HISTORY: &str = "training/history/";
const OPTIMIZER_NUMBERS: &str = "optimizer/numbers/";
const OPTIMIZER_ARRAYS: &str = "optimizer/arrays/";

/// How far a training has come, besides the model and the optimizer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingState {
    /// How many epochs are done.
    pub epochs: u64,
    /// How many steps are done, over all epochs.
    pub steps: u64,
    /// The seed of the training.
    pub seed: u64,
    /// What the epochs gave.
    pub history: History,
    /// Numbers that callbacks keep, by name.
    pub numbers: Vec<(String, f64)>,
    /// Arrays that callbacks keep, by name.
    pub arrays: Vec<(String, Vec<f64>)>,
}

/// Writes a training to a file, which is replaced as a whole or not at all, as by [`Save::save`](crate::Save::save).
///
/// The optimizer is borrowed for writing because [`Optimizer::state`] is, but it is not changed.
pub fn save<M: Model, O: Optimizer<M::Element>>(
    path: impl AsRef<Path>,
    model: &M,
    optimizer: &mut O,
    state: &TrainingState,
) -> Result<(), Error> {
    let kept = optimizer.state();
    let texts = [
        (VERSION_KEY, VERSION.to_string()),
        (OPTIMIZER, type_name::<O>()),
        (EPOCHS, state.epochs.to_string()),
        (STEPS, state.steps.to_string()),
        (SEED, state.seed.to_string()),
    ];
    let texts = texts.map(|(key, text)| (key.to_owned(), text));
    let metadata = [metadata::<M>(), texts.to_vec()].concat();

    let mut arrays = Vec::new();
    let number =
        |prefix: &str, name: &str, value| Array::new(format!("{prefix}{name}"), &[], std::slice::from_ref(value));
    arrays.extend(state.numbers.iter().map(|(name, value)| number(NUMBERS, name, value)));
    arrays.extend(kept.numbers.iter().map(|(name, value)| number(OPTIMIZER_NUMBERS, name, &**value)));
    arrays.extend(state.arrays.iter().map(|(name, values)| Array::flat(format!("{ARRAYS}{name}"), values)));
    arrays.extend(state.history.columns().map(|(name, values)| Array::flat(format!("{HISTORY}{name}"), values)));
    let before = arrays.len();
    arrays.extend(model_arrays(model));
    arrays.extend(kept.arrays.iter().map(|(name, values)| Array::flat(format!("{OPTIMIZER_ARRAYS}{name}"), values)));
    replace(path.as_ref(), |file| safetensors::write(file, &metadata, &arrays, before))
}

/// Reads a training from a file into a model and an optimizer of the same kinds and options as were saved.
///
/// An error, before anything is changed, if there is no such file, if it is no checkpoint, or if it is that of another
/// model or another optimizer. In a hostile file, no size that it declares is believed.
pub fn load<M: Model, O: Optimizer<M::Element>>(
    path: impl AsRef<Path>,
    model: &mut M,
    optimizer: &mut O,
) -> Result<TrainingState, Error> {
    load_if(path.as_ref(), model, optimizer, |_| Ok(()))
}

/// The same from the bytes of such a file.
pub fn load_bytes<M: Model, O: Optimizer<M::Element>>(
    bytes: &[u8],
    model: &mut M,
    optimizer: &mut O,
) -> Result<TrainingState, Error> {
    read(BYTES, bytes, model, optimizer, |_| Ok(()))
}

/// As [`load`], if `check` has nothing against what it will return.
pub(crate) fn load_if<M: Model, O: Optimizer<M::Element>>(
    path: &Path,
    model: &mut M,
    optimizer: &mut O,
    check: impl FnOnce(&TrainingState) -> Result<(), Error>,
) -> Result<TrainingState, Error> {
    let (place, bytes) = read_file(path)?;
    read(&place, &bytes, model, optimizer, check)
}

fn read<M: Model, O: Optimizer<M::Element>>(
    place: &str,
    bytes: &[u8],
    model: &mut M,
    optimizer: &mut O,
    check: impl FnOnce(&TrainingState) -> Result<(), Error>,
) -> Result<TrainingState, Error> {
    let file = Safetensors::parse(place, bytes)?;
    check_format(place, &file)?;
    check_version(place, &file)?;
    let compared = Compared::Declaration { cast: false };
    check_model::<M>(place, &file, compared)?;
    let state = training_state(place, &file)?;
    check_optimizer::<O>(place, &file)?;
    let mut kept = optimizer.state();
    check_kept::<M>(place, &file, &kept)?;
    check(&state)?;

    read_model(place, &file, compared, model)?;
    for (name, value) in &mut kept.numbers {
        if let Some(array) = file.array(&format!("{OPTIMIZER_NUMBERS}{name}")) {
            copy_bits(array.bytes, std::slice::from_mut(*value));
        }
    }
    for (name, values) in &mut kept.arrays {
        if let Some(array) = file.array(&format!("{OPTIMIZER_ARRAYS}{name}")) {
            values.clear();
            values.resize(array.shape.iter().product(), M::Element::ZERO);
            copy_bits(array.bytes, values);
        }
    }
    Ok(state)
}

fn check_version(place: &str, file: &Safetensors<'_>) -> Result<(), Error> {
    let Some(version) = file.text(VERSION_KEY) else {
        let problem = "it is no checkpoint of a training, but a model alone";
        return Err(Error::data(place, problem, "read it with `load` of the model, or pass a checkpoint"));
    };
    match version.parse::<u32>() {
        Ok(version) if version <= VERSION => Ok(()),
        Ok(_) => {
            let writer = file.text("katachi.version").unwrap_or("a later version");
            let problem = format!(
                "it is a checkpoint of version {version}, written by katachi {writer}, and this version, {}, reads those up \
                 to {VERSION}",
                env!("CARGO_PKG_VERSION"),
            );
            Err(Error::data(place, problem, format!("use katachi {writer} or later")))
        }
        Err(_) => Err(damaged(place, format!("`{VERSION_KEY}` is `{version}`, no number"))),
    }
}

/// The progress, history and callbacks' state of a file.
fn training_state(place: &str, file: &Safetensors<'_>) -> Result<TrainingState, Error> {
    let count = |key: &str| -> Result<u64, Error> {
        let text = file.text(key).unwrap_or_default();
        text.parse().map_err(|_| damaged(place, format!("`{key}` is `{text}`, no whole number")))
    };
    let (epochs, steps, seed) = (count(EPOCHS)?, count(STEPS)?, count(SEED)?);
    let (mut numbers, mut arrays, mut columns) = (Vec::new(), Vec::new(), Vec::<(String, Vec<f64>)>::new());
    for array in &file.arrays {
        let kinds = [NUMBERS, ARRAYS, HISTORY];
        let named = kinds.iter().find_map(|kind| Some((*kind, array.name.strip_prefix(kind)?.to_owned())));
        let Some((kind, name)) = named else { continue };
        let Some(values) = array.floats().filter(|_| array.dtype == "F64") else {
            return Err(damaged(place, format!("`{}` holds numbers of type {}, not F64", array.name, array.dtype)));
        };
        match (kind, &*values) {
            (NUMBERS, [value]) => numbers.push((name, *value)),
            (NUMBERS, _) => return Err(damaged(place, format!("`{}` is no single number", array.name))),
            (ARRAYS, _) => arrays.push((name, values)),
            _ => columns.push((name, values)),
        }
    }
    if let Some([first, second]) = columns.windows(2).find(|pair| pair[0].1.len() != pair[1].1.len()) {
        let problem = format!(
            "the history has {} epochs of `{}`, but {} of `{}`",
            first.1.len(),
            first.0,
            second.1.len(),
            second.0
        );
        return Err(damaged(place, problem));
    }
    Ok(TrainingState { epochs, steps, seed, history: History::from_columns(columns), numbers, arrays })
}

fn check_optimizer<O>(place: &str, file: &Safetensors<'_>) -> Result<(), Error> {
    let (theirs, ours) = (file.text(OPTIMIZER).unwrap_or_default(), type_name::<O>());
    if theirs == ours {
        return Ok(());
    }
    let problem = format!("it is the checkpoint of a training with `{theirs}`, and this one is with `{ours}`");
    let help = format!("train with `{theirs}`, or read only the model, with its `load`");
    Err(Error::data(place, problem, help))
}

/// An error unless the file has all that the optimizer keeps, and nothing else of an optimizer.
fn check_kept<M: Model>(
    place: &str,
    file: &Safetensors<'_>,
    kept: &OptimizerState<'_, M::Element>,
) -> Result<(), Error> {
    let numbers = kept.numbers.iter().map(|(name, _)| (format!("{OPTIMIZER_NUMBERS}{name}"), "F64", None));
    let element = dtype::<M::Element>();
    let arrays = kept.arrays.iter();
    let arrays = arrays.map(|(name, values)| (format!("{OPTIMIZER_ARRAYS}{name}"), element, Some(values.len())));
    let expected: Vec<(String, &str, Option<usize>)> = numbers.chain(arrays).collect();

    let ours: Vec<&str> = expected.iter().map(|(name, ..)| name.as_str()).collect();
    let is_of_optimizer = |name: &&str| name.starts_with(OPTIMIZER_NUMBERS) || name.starts_with(OPTIMIZER_ARRAYS);
    let theirs: Vec<&str> = file.arrays.iter().map(|array| array.name.as_str()).filter(is_of_optimizer).collect();
    let help = "make the optimizer with the options that it had";
    for (name, dtype, length) in &expected {
        let Some(array) = file.array(name) else {
            let help = match nearest(name, &theirs) {
                Some(near) if !ours.contains(&near) => format!("there is `{near}`; {help}"),
                _ => format!("of the optimizer there are {}; {help}", list(theirs.iter())),
            };
            return Err(Error::data(place, format!("there is no `{name}`, which this optimizer keeps"), help));
        };
        if array.dtype != *dtype {
            return Err(damaged(place, format!("`{name}` holds numbers of type {}, not {dtype}", array.dtype)));
        }
        let found = array.shape.iter().product::<usize>();
        let fits = match length {
            None => found == 1,
            // Nothing is kept before the first step.
            Some(length) => [0, M::LEN, *length].contains(&found),
        };
        if !fits {
            let problem = format!("`{name}` has the shape {:?}, and the model {} parameters", array.shape, M::LEN);
            return Err(damaged(place, problem));
        }
    }
    if let Some(more) = theirs.iter().find(|name| !ours.contains(name)) {
        return Err(Error::data(place, format!("there is `{more}`, which this optimizer does not keep"), help));
    }
    Ok(())
}

fn damaged(place: &str, problem: String) -> Error {
    Error::data(place, problem, "the file is damaged: copy or save it again")
}

/// The name of a type without the modules that it lies in, and without the type of numbers, which a model has too: `Adam`.
/// (Some compilers print a parameter of a type that has its default, and some do not.)
pub(crate) fn type_name<O: ?Sized>() -> String {
    let mut name = String::new();
    let is_end = |letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':';
    for piece in std::any::type_name::<O>().split_inclusive(is_end) {
        let end = piece.rfind("::").map_or(0, |end| end + 2);
        name.push_str(&piece[end..]);
    }
    name.replace("<f32>", "").replace("<f64>", "")
}

#[cfg(test)]
mod tests {
    use super::type_name;
    use crate::optimizer::{Adam, Optimizer};

    #[test]
    fn types_are_named_without_their_modules() {
        assert_eq!(type_name::<Adam<f32>>(), "Adam");
        assert_eq!(type_name::<Option<(Adam<f64>, u8)>>(), "Option<(Adam, u8)>");
        assert_eq!(type_name::<Box<dyn Optimizer<f32>>>(), "Box<dyn Optimizer>");
    }
}
