//! The constant tables of a model: its layers and its parameters.

use core::fmt;

use crate::constraint::Constraint;
use crate::initializer::Initializer;
use crate::regularizer::Regularizer;

/// One line of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerInfo {
    /// The name; for a layer without one, its kind in lower case, numbered from the second on: `dropout_1`.
    pub name: &'static str,
    /// The kind: `Dense`.
    pub kind: &'static str,
    /// The line as it is written: `Dense(784 => 700, relu)`.
    pub declaration: &'static str,
    /// The shape of one output sample.
    pub output: &'static [usize],
    /// How many parameters the layer has.
    pub parameters: usize,
    /// The layers of another model that stands here as a layer; empty for any other layer.
    pub nested: &'static [LayerInfo],
}

/// A call of a layer, whose values [`Model::activations`](crate::Model::activations) gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivationInfo {
    /// The number of the layer in [`Model::LAYERS`](crate::Model::LAYERS).
    pub layer: usize,
    /// How often the layer was called before: 0 for the first call.
    pub call: usize,
    /// The shape of what it gives, for one sample.
    pub shape: &'static [usize],
}

impl ActivationInfo {
    /// How many values it gives for a sample.
    pub const fn size(&self) -> usize {
        product(self.shape)
    }
}

const fn product(shape: &[usize]) -> usize {
    let mut product = 1;
    let mut axis = 0;
    while axis < shape.len() {
        product *= shape[axis];
        axis += 1;
    }
    product
}

/// One parameter of a model: an array, or all those of another model that is a layer of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterInfo {
    /// The path of its field: `hidden1.weight`.
    pub name: &'static str,
    /// Its shape.
    pub shape: &'static [usize],
    /// Where it begins in `as_slice`.
    pub offset: usize,
    /// Whether training changes it.
    pub trainable: bool,
    /// How it begins.
    pub initializer: Initializer,
    /// What it adds to the loss.
    pub regularizer: Regularizer,
    /// What it is brought back to after each step.
    pub constraint: Option<Constraint>,
    /// The parameters of another model that stands here as a layer, each with its place within that model; empty for an
    /// array.
    pub nested: &'static [ParameterInfo],
}

impl ParameterInfo {
    /// Calls `each` with every array of these parameters, those of models within models too: with its path, where it
    /// begins in `as_slice`, and its row.
    ///
    /// ```
    /// use katachi::model::ParameterInfo;
    /// use katachi::prelude::*;
    ///
    /// model! {
    ///     struct Encoder { hidden: Dense(4 => 2) }
    /// }
    /// model! {
    ///     struct Classifier { encoder: Encoder(4 => 2), logits: Dense(2 => 3) }
    /// }
    ///
    /// let mut names = Vec::new();
    /// ParameterInfo::for_each(Classifier::PARAMETERS, &mut |path, offset, _| names.push(format!("{path} at {offset}")));
    /// assert_eq!(names, ["encoder.hidden.weight at 0", "encoder.hidden.bias at 8", "logits.weight at 10", "logits.bias at 16"]);
    /// ```
    pub fn for_each(parameters: &'static [Self], each: &mut dyn FnMut(ParameterPath<'_>, usize, &'static Self)) {
        Self::visit(parameters, None, (0, true), each);
    }

    fn visit(
        parameters: &'static [Self],
        parent: Option<&ParameterPath<'_>>,
        (start, trainable): (usize, bool),
        each: &mut dyn FnMut(ParameterPath<'_>, usize, &'static Self),
    ) {
        for parameter in parameters {
            let trainable = trainable && parameter.trainable;
            let path = ParameterPath { parent, name: parameter.name, trainable };
            let offset = start + parameter.offset;
            if parameter.nested.is_empty() {
                each(path, offset, parameter);
            } else {
                Self::visit(parameter.nested, Some(&path), (offset, trainable), each);
            }
        }
    }

    /// How many numbers it holds.
    pub const fn len(&self) -> usize {
        product(self.shape)
    }

    /// Whether it holds no number.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The path of a parameter, through the models that it stands in: `encoder.hidden.weight`.
#[derive(Clone, Copy, Debug)]
pub struct ParameterPath<'a> {
    parent: Option<&'a ParameterPath<'a>>,
    name: &'static str,
    trainable: bool,
}

impl ParameterPath<'_> {
    /// Whether training changes the parameter: neither it nor a model that it stands in is frozen.
    pub fn is_trainable(&self) -> bool {
        self.trainable
    }
}

impl fmt::Display for ParameterPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}.")?;
        }
        f.write_str(self.name)
    }
}
