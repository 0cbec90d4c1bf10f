//! The checked network. Questions about it are its methods, so that later stages read like prose.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Visibility};

use crate::activation::Kind;
use crate::decimal::Decimal;
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::layer::{Layer, Parameter};
use crate::shape::Shape;

/// A network whose shapes fit.
pub struct Model {
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub name: Ident,
    /// The sizes that are chosen where it is used.
    pub dimensions: Vec<Ident>,
    pub layers: Vec<Placed>,
    pub program: Program,
    pub warnings: Warnings,
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
    /// Whether training leaves it alone.
    pub frozen: bool,
}

/// What a function computes, call by call.
pub struct Program {
    pub inputs: Vec<Shape>,
    pub calls: Vec<Call>,
    pub outputs: Vec<Var>,
}

/// A value of a [`Program`]: the number of the call that gives it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Var(pub usize);

/// A call whose operands fit.
pub struct Call {
    pub what: What,
    pub operands: Vec<Var>,
    /// The shape of its result, for one sample.
    pub shape: Shape,
    /// A name for the generated code.
    pub name: String,
}

/// What is called.
#[derive(Clone)]
pub enum What {
    /// An input of the function, by its number.
    Input(usize),
    /// A layer, by its number.
    Layer(usize),
    /// A parameter of a layer, by the layer's number and the field of its struct.
    Parameter(usize, &'static str),
    /// The numbers of an array, row-major.
    Constants(Vec<Constant>),
    /// A function of each value by itself, after broadcasting.
    Map(Elementwise),
    /// The product of (stacks of) matrices.
    MatMul,
    /// The axes in another order: result axis k is axis `order[k]`.
    Permute(Vec<usize>),
    /// The same values under another shape.
    Reshape,
    /// The values repeated along new axes and along those of size 1.
    Broadcast,
    Concat(usize),
    /// The indices from `start` on of an axis, as many as the shape of the result has.
    Slice {
        axis: usize,
        start: Dim,
    },
    /// Zeros around the values along an axis, `before` of them in front.
    Pad {
        axis: usize,
        before: Dim,
    },
    Reduce(Statistic, Vec<usize>),
    Softmax {
        axis: usize,
        log: bool,
    },
    Argmax(usize),
    OneHot,
    /// Rows of a parameter.
    Lookup(usize),
    Dropout(Decimal),
    StopGradient,
    /// The gradient of the first operand, a scalar, with respect to the second.
    Gradient,
}

/// What is computed over axes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Statistic {
    Sum,
    Mean,
    Max,
    Min,
    Variance,
    Norm,
    LogSumExp,
}

/// A number that the generated code holds.
#[derive(Clone, Debug)]
pub enum Constant {
    /// As the user wrote it.
    Written(Decimal),
    /// A constant of the user's, of type f64.
    Path(TokenStream),
    /// How many values there are.
    Count(Dim),
    /// A number of a formula.
    Text(&'static str),
    Integer(i32),
}

/// Equal where they are written alike.
impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

/// What the compiler says without refusing.
#[derive(Default)]
pub struct Warnings {
    /// Names that a `let` gives and nothing reads.
    pub unused: Vec<Ident>,
    /// Other sentences, each at its place.
    pub sentences: Vec<(TokenStream, String)>,
}

impl Model {
    pub fn inputs(&self) -> &[Shape] {
        &self.program.inputs
    }

    pub fn outputs(&self) -> Vec<&Shape> {
        self.program.outputs.iter().map(|&output| &self.program.call(output).shape).collect()
    }

    /// The calls of layers that give values, in their order: the layer, how often it was called before, and the value.
    pub fn activations(&self) -> Vec<(usize, usize, Var)> {
        let mut counts = vec![0; self.layers.len()];
        let calls = self.program.calls.iter().enumerate();
        let of_layers = calls.filter_map(|(number, call)| match call.what {
            What::Layer(layer) | What::Lookup(layer) => Some((layer, Var(number))),
            _ => None,
        });
        of_layers
            .map(|(layer, value)| {
                counts[layer] += 1;
                (layer, counts[layer] - 1, value)
            })
            .collect()
    }

    /// What the outputs come from, through calls that only rearrange them.
    pub fn ending(&self) -> Ending {
        let [output] = self.program.outputs.as_slice() else { return Ending::Named("OtherOutputs") };
        let mut call = self.program.call(*output);
        loop {
            let activation = match &call.what {
                What::Layer(layer) => match &self.layers[*layer].layer {
                    Layer::Nested(_) => return Ending::OfLayer(*layer),
                    Layer::Dropout(_) => return Ending::Named("OtherOutputs"),
                    Layer::Flatten | Layer::Reshape(_) => {
                        call = self.program.call(call.operands[0]);
                        continue;
                    }
                    layer => layer.activation().map(|activation| activation.kind),
                },
                What::Reshape => {
                    call = self.program.call(call.operands[0]);
                    continue;
                }
                What::Map(Elementwise::Activation(activation)) => Some(activation.kind),
                What::Softmax { axis, log } if axis + 1 == call.shape.rank() => {
                    Some(if *log { Kind::LogSoftmax } else { Kind::Softmax })
                }
                What::Dropout(_) => return Ending::Named("OtherOutputs"),
                // What such a function gives is no logit, and of `exp`, `sqrt` or `square` it is positive.
                What::Map(function) if function.is_function() => return Ending::Named("OtherOutputs"),
                _ => None,
            };
            return Ending::Named(activation.unwrap_or(Kind::Linear).ending());
        }
    }

    pub fn parameter_count(&self) -> Dim {
        self.layers.iter().map(Placed::parameter_count).sum()
    }
}

/// The type that says what a model ends in.
pub enum Ending {
    /// One of `katachi::ending`.
    Named(&'static str),
    /// That of another model, which is the layer of this number.
    OfLayer(usize),
}

impl Program {
    pub fn call(&self, value: Var) -> &Call {
        &self.calls[value.0]
    }
}

impl Placed {
    pub fn parameters(&self) -> Vec<Parameter> {
        self.layer.parameters(&self.input)
    }

    pub fn parameter_count(&self) -> Dim {
        match &self.layer {
            Layer::Nested(nested) => nested.constant("Parameters", "LEN"),
            _ => self.parameters().iter().map(|parameter| parameter.shape.count()).sum(),
        }
    }
}
