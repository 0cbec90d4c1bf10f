//! Layers and parameters, read.

use std::ops::Range;

use super::for_each_array;
use crate::model::{LayerInfo, Model, ParameterInfo};

/// Which layer or parameter is meant: `"hidden"`, or `0` for the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// The path of its names.
    Name(&'a str),
    /// Its number, counted from 0.
    Index(usize),
}

impl<'a> From<&'a str> for Place<'a> {
    fn from(name: &'a str) -> Self {
        Self::Name(name)
    }
}

impl<'a> From<&'a String> for Place<'a> {
    fn from(name: &'a String) -> Self {
        Self::Name(name)
    }
}

impl From<usize> for Place<'_> {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A layer of a model.
#[derive(Clone, Debug)]
pub struct LayerView<'a, T> {
    name: String,
    info: &'static LayerInfo,
    parameters: Vec<ParameterView<'a, T>>,
}

impl<T> LayerView<'_, T> {
    /// Its path: `hidden`, or `encoder.hidden` within another model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its kind: `Dense`.
    pub fn kind(&self) -> &'static str {
        self.info.kind
    }

    /// The line as it is written: `Dense(784 => 700, relu)`.
    pub fn declaration(&self) -> &'static str {
        self.info.declaration
    }

    /// The shape of one output sample.
    pub fn output(&self) -> &'static [usize] {
        self.info.output
    }

    /// The layers of another model that this one is; empty for any other.
    pub fn nested(&self) -> &'static [LayerInfo] {
        self.info.nested
    }

    /// Its parameters, in the order of declaration.
    pub fn parameters(&self) -> &[ParameterView<'_, T>] {
        &self.parameters
    }

    /// How many numbers its parameters have.
    pub fn len(&self) -> usize {
        self.parameters.iter().map(|parameter| parameter.values.len()).sum()
    }

    /// Whether it has no parameters.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An array of parameters.
#[derive(Clone, Debug)]
pub struct ParameterView<'a, T> {
    name: String,
    info: &'static ParameterInfo,
    is_trainable: bool,
    values: &'a [T],
}

impl<'a, T> ParameterView<'a, T> {
    /// Its path: `hidden.weight`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its shape.
    pub fn shape(&self) -> &'static [usize] {
        self.info.shape
    }

    /// Its values, row-major.
    pub fn values(&self) -> &'a [T] {
        self.values
    }

    /// Whether training changes it: neither it nor a model that it stands in is declared `#[frozen]`.
    pub fn is_trainable(&self) -> bool {
        self.is_trainable
    }

    /// Its row of the table: how it begins, what it adds to the loss, its constraint.
    pub fn info(&self) -> &'static ParameterInfo {
        self.info
    }
}

/// The layer of this path.
pub fn layer<'a, M: Model>(model: &'a M, info: &'static LayerInfo, path: &str) -> LayerView<'a, M::Element> {
    LayerView { name: path.to_owned(), info, parameters: parameters(model, path) }
}

/// The parameters below a path; all below the empty one.
pub fn parameters<'a, M: Model>(model: &'a M, below: &str) -> Vec<ParameterView<'a, M::Element>> {
    let mut found = Vec::new();
    for_each_array::<M>(&mut |name, range, is_trainable, info| {
        let rest = name.strip_prefix(below);
        if below.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
            found.push(ParameterView { name, info, is_trainable, values: &model.as_slice()[range] });
        }
    });
    found
}

/// The paths of all parameters, and where they stand in the model.
pub fn ranges<M: Model>() -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    for_each_array::<M>(&mut |name, range, _, _| found.push((name, range)));
    found
}
