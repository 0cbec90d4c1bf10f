//! [`Extras`]: what is stored beside a model.

use std::path::Path;

use super::declaration::check_format;
use super::safetensors::{Array, Safetensors};
use super::{BYTES, read_file};
use crate::error::Error;

/// Arrays of extras have names that begin so.
const EXTRA: &str = "extra/";

/// The names of classes, as one list of JSON.
const CLASSES: &str = "katachi.classes";

/// Texts of extras have names that begin so.
const TEXT: &str = "extra.";

/// Whether an array is none of a model: no name of a parameter has a slash.
pub fn is_beside(name: &str) -> bool {
    name.contains('/')
}

/// What it takes to use a model besides its parameters: arrays of a scaler, names of classes, texts.
///
/// ```
/// use katachi::{prelude::*, save::Extras};
///
/// model! {
///     struct Iris { hidden: Dense(4 => 8, relu), logits: Dense(8 => 3) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let path = folder.path().join("iris.safetensors");
/// let (mean, scale) = ([5.8, 3.1, 3.8, 1.2], [0.8, 0.4, 1.8, 0.8]);
/// let extras = Extras::new()
///     .arrays("scaler", &[("mean", &mean), ("scale", &scale)])
///     .text("trained", "on all samples")
///     .classes(&["setosa", "versicolor", "virginica"]);
/// Iris::init(22).save_with(&path, &extras)?;
///
/// let (iris, extras) = (Iris::load(&path)?, Extras::load(&path)?);
/// assert_eq!(extras.group("scaler"), [("mean", &mean[..]), ("scale", &scale[..])]);
/// assert_eq!(extras.get("scaler", "mean")?, mean);
/// assert_eq!(extras.class_names()[2], "virginica");
/// assert_eq!(extras.get_text("trained"), Some("on all samples"));
/// # let _ = iris;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extras {
    /// `scaler.mean` and its values.
    arrays: Vec<(String, Vec<f64>)>,
    texts: Vec<(String, String)>,
    classes: Vec<String>,
}

impl Extras {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// These and the arrays of a group, such as those of a scaler. In the file they are `extra/scaler.mean` and so on, `F64`.
    pub fn arrays(mut self, group: &str, arrays: &[(&str, &[f64])]) -> Self {
        self.arrays.extend(arrays.iter().map(|(name, values)| (format!("{group}.{name}"), values.to_vec())));
        self
    }

    /// These and a text. In the file's metadata it is `extra.NAME`.
    pub fn text(mut self, name: &str, text: impl Into<String>) -> Self {
        self.texts.push((name.to_owned(), text.into()));
        self
    }

    /// These and the names of the classes, in the order of the labels.
    pub fn classes(mut self, names: &[impl AsRef<str>]) -> Self {
        self.classes = names.iter().map(|name| name.as_ref().to_owned()).collect();
        self
    }

    /// The arrays of a group, each with its name in it.
    pub fn group(&self, group: &str) -> Vec<(&str, &[f64])> {
        let within = |name| str::strip_prefix(name, group).and_then(|rest| rest.strip_prefix('.'));
        let arrays = self.arrays.iter().filter_map(|(name, values)| Some((within(name)?, values.as_slice())));
        arrays.collect()
    }

    /// An array of a group; an error that says which there are if there is none of that name.
    pub fn get(&self, group: &str, name: &str) -> Result<&[f64], Error> {
        let full = format!("{group}.{name}");
        let found = self.arrays.iter().find(|(known, _)| *known == full);
        found.map(|(_, values)| values.as_slice()).ok_or_else(|| {
            let known: Vec<&str> = self.arrays.iter().map(|(name, _)| name.as_str()).collect();
            let help = match crate::names::nearest(&full, &known) {
                Some(near) => format!("there is `{near}`: is that it?"),
                None if known.is_empty() => "nothing was stored beside the model".to_owned(),
                None => format!("the arrays are {}", crate::names::list(known.iter())),
            };
            Error::data("what was stored beside the model", format!("there is no array `{full}`"), help)
        })
    }

    /// A text.
    pub fn get_text(&self, name: &str) -> Option<&str> {
        self.texts.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// The names of the classes, in the order of the labels; none if they were not stored.
    pub fn class_names(&self) -> &[String] {
        &self.classes
    }

    /// What is stored in a file beside the model.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (place, bytes) = read_file(path.as_ref())?;
        Self::read(&place, &bytes)
    }

    /// The same from the bytes of such a file.
    pub fn load_bytes(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(BYTES, bytes)
    }

    fn read(place: &str, bytes: &[u8]) -> Result<Self, Error> {
        let file = Safetensors::parse(place, bytes)?;
        check_format(place, &file)?;
        let mut extras = Self::new();
        for array in &file.arrays {
            let Some(name) = array.name.strip_prefix(EXTRA) else { continue };
            let values = array.floats().filter(|_| array.dtype == "F64").ok_or_else(|| {
                let problem = format!("`{}` holds numbers of type {}, not F64", array.name, array.dtype);
                Error::data(place, problem, "save the model again")
            })?;
            extras.arrays.push((name.to_owned(), values));
        }
        for (key, text) in &file.metadata {
            if let Some(name) = key.strip_prefix(TEXT) {
                extras.texts.push((name.to_owned(), text.clone()));
            }
        }
        if let Some(classes) = file.text(CLASSES) {
            extras.classes = serde_json::from_str(classes).map_err(|error| {
                Error::data(place, format!("the names of classes cannot be read: {error}"), "save the model again")
            })?;
        }
        Ok(extras)
    }

    /// As arrays of a file.
    pub(super) fn stored(&self) -> Vec<Array<'_>> {
        self.arrays.iter().map(|(name, values)| Array::flat(format!("{EXTRA}{name}"), values)).collect()
    }

    /// How many arrays there are.
    pub(super) fn len(&self) -> usize {
        self.arrays.len()
    }

    /// As texts of a file.
    pub(super) fn metadata(&self) -> Vec<(String, String)> {
        let mut texts: Vec<_> = self.texts.iter().map(|(name, text)| (format!("{TEXT}{name}"), text.clone())).collect();
        if !self.classes.is_empty() {
            texts.push((CLASSES.to_owned(), serde_json::json!(self.classes).to_string()));
        }
        texts
    }
}
