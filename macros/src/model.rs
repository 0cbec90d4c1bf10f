//! The checked network. Questions about it are its methods, so that later stages read like prose.

use proc_macro2::Ident;
use syn::{Attribute, Visibility};

use crate::activation::Kind;
use crate::layer::{Layer, Parameter};
use crate::shape::Shape;

/// A network whose shapes fit.
pub struct Model {
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub name: Ident,
    pub input: Shape,
    pub layers: Vec<Placed>,
}

/// A layer in its place: with its name and with the shapes of one sample before and after it.
pub struct Placed {
    /// Its doc comments.
    pub attributes: Vec<Attribute>,
    /// The name that the user gave.
    pub field: Option<Ident>,
    /// That name, or one made from the kind.
    pub name: String,
    pub kind: String,
    /// As the user wrote it, sizes filled in: `Dense(784 => 700, relu)`.
    pub written: String,
    pub layer: Layer,
    pub input: Shape,
    pub output: Shape,
}

impl Model {
    pub fn output(&self) -> &Shape {
        self.layers.last().map_or(&self.input, |layer| &layer.output)
    }

    /// What the outputs come from, through layers that only rearrange them.
    pub fn ending(&self) -> &'static str {
        let last = self.layers.iter().rev().find(|placed| !matches!(placed.layer, Layer::Flatten | Layer::Reshape(_)));
        match last.map(|placed| &placed.layer) {
            Some(Layer::Dropout(_)) => "OtherOutputs",
            Some(layer) => layer.activation().map_or(Kind::Linear, |activation| activation.kind).ending(),
            None => Kind::Linear.ending(),
        }
    }

    pub fn parameter_count(&self) -> usize {
        self.layers.iter().map(Placed::parameter_count).sum()
    }
}

impl Placed {
    pub fn parameters(&self) -> Vec<Parameter> {
        self.layer.parameters(&self.input)
    }

    pub fn parameter_count(&self) -> usize {
        self.parameters().iter().map(|parameter| parameter.shape.count()).sum()
    }
}
