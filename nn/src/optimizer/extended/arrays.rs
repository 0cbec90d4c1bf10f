//! The arrays of the model that an optimizer steps, as far as they matter around its step.

use std::ops::Range;

use crate::error::Error;
use crate::names::{list, nearest};
use crate::optimizer::ParameterArray;

/// One array, or all parameters of a model whose arrays are not known.
#[derive(Clone, Debug)]
pub(super) struct Array {
    pub range: Range<usize>,
    pub is_trainable: bool,
    pub decays: bool,
}

/// The arrays, and the names of those that do not decay.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrays {
    excluded: Vec<String>,
    all: Vec<Array>,
    is_bound: bool,
}

impl Arrays {
    pub fn exclude(&mut self, names: impl Iterator<Item = String>) {
        self.excluded.extend(names);
    }

    pub fn excludes_any(&self) -> bool {
        !self.excluded.is_empty()
    }

    pub fn all(&self) -> &[Array] {
        &self.all
    }

    /// An error for a name that excludes nothing.
    pub fn check(&self, arrays: &[ParameterArray]) -> Result<(), Error> {
        let mut names = self.excluded.iter();
        let Some(name) = names.find(|name| !arrays.iter().any(|array| array.name.contains(*name))) else {
            return Ok(());
        };
        let mut known: Vec<&str> = arrays.iter().map(|array| array.name.as_str()).collect();
        let help = match known.len() {
            0 => "it has none at all".to_owned(),
            _ => format!("its arrays are {}", list(known.iter())),
        };
        known.extend(arrays.iter().flat_map(|array| array.name.split('.')));
        let help = nearest(name, &known).map_or(help, |near| format!("did you mean `{near}`?"));
        let place = format!("`exclude_from_weight_decay([\"{name}\"])`");
        Err(Error::data(place, "the model has no parameters with that in their name", help))
    }

    /// Allocates nothing for as many arrays as before.
    pub fn bind(&mut self, arrays: &[ParameterArray]) {
        let excluded = &self.excluded;
        let decays = |array: &ParameterArray| !excluded.iter().any(|name| array.name.contains(name));
        self.all.clear();
        self.all.extend(arrays.iter().map(|array| Array {
            range: array.range.clone(),
            is_trainable: array.is_trainable,
            decays: decays(array),
        }));
        self.is_bound = true;
    }

    /// An error if the arrays must be known and are not, or are those of another model.
    pub fn prepare(&mut self, parameters: usize, clip_norm: Option<f64>) -> Result<(), Error> {
        if !self.is_bound {
            let option = match (clip_norm, self.excluded.first()) {
                (Some(limit), _) => Some(format!("`clip_norm({limit})`")),
                (_, Some(name)) => Some(format!("`exclude_from_weight_decay([\"{name}\"])`")),
                _ => None,
            };
            if let Some(option) = option {
                return Err(Error::data(
                    option,
                    "the optimizer does not know the arrays of the model",
                    "call `optimizer.bind(&ParameterArray::all::<Mlp>())` before the first step, with your model for `Mlp`",
                ));
            }
            if self.all.is_empty() {
                self.all.push(Array { range: 0..parameters, is_trainable: true, decays: true });
            }
        }
        let state = self.all.last().map_or(0, |array| array.range.end);
        if state == parameters { Ok(()) } else { Err(Error::OptimizerLength { state, parameters }) }
    }

    /// Forgets the number of parameters, but not what was told.
    pub fn reset(&mut self) {
        if !self.is_bound {
            self.all.clear();
        }
    }
}
