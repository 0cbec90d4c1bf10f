//! The table of layers. Each says what arguments it takes, what shape it gives and which parameters it has; how it is
//! computed says `lower`.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::activation::{self, Activation};
use crate::ast::{Argument, Line};
use crate::constraint::Constraint;
use crate::decimal::Decimal;
use crate::dim::{Dim, Place, Symbol};
use crate::errors::Errors;
use crate::initializer::Initializer;
use crate::names;
use crate::regularizer::Regularizer;
use crate::shape::Shape;

mod reader;

use reader::Reader;

/// A layer with arguments that make sense by themselves; whether it fits its place says `infer`.
#[derive(Clone)]
pub enum Layer {
    /// The shape of one sample of the model's input.
    Input(Shape),
    Dense(Box<Dense>),
    Activation(Activation),
    Dropout(Decimal),
    Flatten,
    Reshape(Shape),
    /// A bare parameter.
    Param(Box<Parameter>),
    /// Rows of a table, by their numbers.
    Embedding(Box<Parameter>),
    /// Another model.
    Nested(Box<Nested>),
}

/// Another model as a layer: only the compiler of Rust knows its shapes, so they are what the declaration says or needs.
#[derive(Clone)]
pub struct Nested {
    /// Its path, `encoders::Encoder`.
    pub path: TokenStream,
    /// Its sizes, if it is generic: `U54, U32`.
    pub generics: TokenStream,
    pub input: Option<Shape>,
    pub output: Option<Shape>,
}

/// y = activation(x · weight + bias), over the innermost dimension.
#[derive(Clone)]
pub struct Dense {
    /// The input size, or nothing for `_`.
    pub input: Option<Dim>,
    pub output: Dim,
    pub bias: bool,
    pub activation: Activation,
    pub kernel_initializer: Initializer,
    pub bias_initializer: Initializer,
    pub regularizer: Regularizer,
    pub bias_regularizer: Regularizer,
    pub kernel_constraint: Option<Constraint>,
    pub bias_constraint: Option<Constraint>,
}

/// A parameter that a layer asks for.
#[derive(Clone)]
pub struct Parameter {
    /// The field in the layer's struct; empty where the layer is its parameter.
    pub field: &'static str,
    pub shape: Shape,
    pub initializer: Initializer,
    pub regularizer: Regularizer,
    pub constraint: Option<Constraint>,
}

/// A kind of layer that is no activation: its name, its options, how it is written.
const KINDS: [(&str, &[&str], &str); 8] = [
    ("Input", &[], "Input(28, 28, 1)"),
    ("Dense", DENSE, "Dense(784 => 700, relu)"),
    ("Activation", &[], "Activation(relu)"),
    ("Dropout", &["rate"], "Dropout(0.2)"),
    ("Flatten", &[], "Flatten"),
    ("Reshape", &[], "Reshape(28, 28, 1)"),
    ("Param", PARAMETER, "Param(32, init = ones)"),
    ("Embedding", PARAMETER, "Embedding(1000 => 16)"),
];

const DENSE: &[&str] = &[
    "activation",
    "bias",
    "kernel_initializer",
    "bias_initializer",
    "l1",
    "l2",
    "orthogonal_rows",
    "orthogonal_columns",
    "bias_l1",
    "bias_l2",
    "kernel_constraint",
    "bias_constraint",
];

/// The options of `Dense` that are about its bias.
const OF_THE_BIAS: [(&str, &str); 4] = [
    ("bias_initializer", "initialize"),
    ("bias_l1", "regularize"),
    ("bias_l2", "regularize"),
    ("bias_constraint", "constrain"),
];

const PARAMETER: &[&str] = &["init", "l1", "l2", "orthogonal_rows", "orthogonal_columns", "constraint"];

/// What users of other libraries write for an option of ours.
const OTHER_OPTION_NAMES: [(&str, &str); 22] = [
    ("use_bias", "write `bias = false`"),
    ("kernel_regularizer", PENALTIES),
    ("embeddings_regularizer", PENALTIES),
    ("regularizer", PENALTIES),
    ("bias_regularizer", "write `bias_l1 = 1e-4` or `bias_l2 = 1e-4`"),
    ("l1_l2", "write `l1 = 1e-4, l2 = 1e-4`"),
    ("l1l2", "write `l1 = 1e-4, l2 = 1e-4`"),
    ("orthogonal", "write `orthogonal_rows = 0.01` or `orthogonal_columns = 0.01`"),
    ("orthogonal_regularizer", "write `orthogonal_rows = 0.01` or `orthogonal_columns = 0.01`"),
    ("embeddings_constraint", "write `constraint = unit_norm(axis = 1)`, say"),
    (
        "max_norm",
        "a constraint of `Dense` is written `kernel_constraint = max_norm(2.0)`, and elsewhere `constraint = max_norm(2.0)`",
    ),
    (
        "unit_norm",
        "a constraint of `Dense` is written `kernel_constraint = unit_norm`, and elsewhere `constraint = unit_norm`",
    ),
    (
        "non_negative",
        "a constraint of `Dense` is written `kernel_constraint = non_negative`, and elsewhere `constraint = non_negative`",
    ),
    (
        "min_max_norm",
        "a constraint of `Dense` is written `kernel_constraint = min_max_norm`, and elsewhere `constraint = min_max_norm`",
    ),
    ("kernel_l1", "write `l1 = 1e-4`"),
    ("kernel_l2", "write `l2 = 1e-4`"),
    ("weight_decay", "write `l2 = 1e-4`"),
    ("units", "the sizes come first, as `input => output`"),
    ("input_shape", "begin the model with `Input(…)`"),
    ("p", "write `rate = 0.2`"),
    ("initializer", "write `init = zeros`, say"),
    ("embeddings_initializer", "write `init = glorot_uniform`, say"),
];

const PENALTIES: &str = "write `l1 = 1e-4`, `l2 = 1e-4` or `orthogonal_rows = 0.01`";

/// All kinds of layers.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    KINDS.iter().map(|row| row.0).chain(activation::layer_names())
}

/// What a line declares; reports what is wrong with its kind and its arguments.
pub fn read(cx: &Errors, line: &Line) -> Option<Layer> {
    if line.broken {
        return None; // What is wrong was reported; what is missing may have been there.
    }
    let kind = line.kind.to_string();
    if let Some(activation) = activation::of_layer(&kind) {
        return Activation::with_arguments(cx, activation, &line.kind, &line.arguments).map(Layer::Activation);
    }
    let Some((_, options, example)) = KINDS.iter().find(|row| row.0 == kind) else {
        if is_another_model(line, &kind) {
            return Reader::new(cx, line, &[], "Encoder(54 => 32)").nested();
        }
        let help = match MISSING.iter().find(|row| row.0 == kind) {
            Some((_, help)) => (*help).to_owned(),
            None => names::suggestion(&kind, names()),
        };
        cx.report_with_help(&line.kind, format!("there is no layer `{kind}`"), help);
        return None;
    };
    let reader = Reader::new(cx, line, options, example);
    match kind.as_str() {
        "Input" => reader.shape().map(Layer::Input),
        "Dense" => reader.dense().map(|dense| Layer::Dense(Box::new(dense))),
        "Activation" => reader.activation().map(Layer::Activation),
        "Dropout" => reader.rate().map(Layer::Dropout),
        "Flatten" => reader.nothing().map(|()| Layer::Flatten),
        "Reshape" => reader.shape().map(Layer::Reshape),
        "Param" => reader.param().map(|parameter| Layer::Param(Box::new(parameter))),
        "Embedding" => reader.embedding().map(|parameter| Layer::Embedding(Box::new(parameter))),
        _ => unreachable!("a kind of the table without a reader"),
    }
}

/// Layers of Keras and `PyTorch` that the language lacks, so no names of models of the user's; and what to write instead.
#[rustfmt::skip]
const MISSING: [(&str, &str); 36] = [
    ("Swish", "did you mean `Silu`?"), // One function under two names.
    ("SiLU", "did you mean `Silu`?"),
    ("Add", "write `a + b` in a function, `fn forward(…)`"),
    ("Multiply", "write `a * b` in a function, `fn forward(…)`"),
    ("Concatenate", "write `concat(a, b)` in a function, `fn forward(…)`"),
    ("Lambda", "write it as a function, `fn forward(…)`"),
    ("Identity", "remove it: it does nothing"),
    ("Permute", "write `transpose(x, [1, 0])` in a function, `fn forward(…)`"),
    ("Sequential", "write the layers themselves, one after the other"),
    ("LayerNorm", NORM),
    ("LayerNormalization", NORM),
    ("MultiheadAttention", ATTENTION),
    ("Transformer", ATTENTION),
    ("TransformerEncoder", ATTENTION),
    ("TransformerDecoder", ATTENTION),
    ("MultiHeadAttention", ATTENTION),
    ("BatchNorm", BATCH),
    ("BatchNorm1d", BATCH),
    ("BatchNorm2d", BATCH),
    ("BatchNormalization", BATCH),
    ("Conv1d", CONVOLUTION),
    ("Conv1D", CONVOLUTION),
    ("Conv2d", CONVOLUTION),
    ("Conv2D", CONVOLUTION),
    ("Conv3d", CONVOLUTION),
    ("Conv3D", CONVOLUTION),
    ("MaxPool2d", CONVOLUTION),
    ("MaxPooling2D", CONVOLUTION),
    ("AvgPool2d", CONVOLUTION),
    ("AveragePooling2D", CONVOLUTION),
    ("RNN", RECURRENT),
    ("SimpleRNN", RECURRENT),
    ("LSTM", RECURRENT),
    ("Lstm", RECURRENT),
    ("GRU", RECURRENT),
    ("Gru", RECURRENT),
];
const NORM: &str = "write it in a function with `mean`, `variance` and two `Param`s";
const ATTENTION: &str = "write it in a function with `Dense`, `matmul` and `softmax`";
const BATCH: &str = "a sample does not see the others of its batch; `mean` and `variance` normalize within a sample";
const CONVOLUTION: &str = "there are no convolutions; `Flatten` and `Dense` take an image as a whole";
const RECURRENT: &str = "there is no recurrence; a function may call a layer again for each step";

/// Whether a line declares something with parameters, whose name becomes a field.
pub fn needs_name(line: &Line) -> bool {
    let kind = line.kind.to_string();
    matches!(kind.as_str(), "Dense" | "Param" | "Embedding")
        || !names().any(|name| name == kind) && is_another_model(line, &kind) && !line.broken
}

/// Whether a kind that is no layer of ours can be the name of another model.
fn is_another_model(line: &Line, kind: &str) -> bool {
    let is_type = kind.starts_with(char::is_uppercase);
    let is_marked = !line.path.is_empty() || !line.generics.is_empty();
    // A model as a layer has no arguments but its sizes.
    let has_sizes_only = line.arguments.list.iter().all(|argument| matches!(argument, Argument::Sizes(_)));
    let is_missing = MISSING.iter().any(|row| row.0 == kind);
    is_marked || is_type && has_sizes_only && !is_missing && names::nearest(kind, names()).is_none()
}

impl Nested {
    /// Its type, for elements of type `T`.
    pub fn ty(&self) -> TokenStream {
        let (path, generics) = (&self.path, &self.generics);
        if generics.is_empty() { quote!(#path<T>) } else { quote!(#path<#generics, T>) }
    }

    /// How messages call it.
    pub fn name(&self) -> String {
        self.path.to_string().replace(' ', "")
    }

    /// A constant of it, as a size.
    pub fn constant(&self, of: &str, name: &str) -> Dim {
        let code = format!("<{} as katachi::{of}>::{name}", self.ty());
        let name = format!("`{}`", self.name());
        let first = self.path.clone().into_iter().next();
        let place = Place(first.map_or_else(Span::call_site, |first| first.span()));
        Dim::symbol(Symbol { order: usize::MAX, name, code, place })
    }
}

impl Layer {
    /// The parameters for an input of shape `input`, in the order of their fields.
    pub fn parameters(&self, input: &Shape) -> Vec<Parameter> {
        let dense = match self {
            Self::Dense(dense) => dense,
            Self::Param(parameter) | Self::Embedding(parameter) => return vec![(**parameter).clone()],
            _ => return Vec::new(),
        };
        let size = |sizes| Shape::new(sizes).expect("the sizes of a layer were checked");
        let weight = Parameter {
            field: "weight",
            shape: size(vec![input.last(), dense.output.clone()]),
            initializer: dense.kernel_initializer.clone(),
            regularizer: dense.regularizer.clone(),
            constraint: dense.kernel_constraint.clone(),
        };
        let bias = dense.bias.then(|| Parameter {
            field: "bias",
            shape: size(vec![dense.output.clone()]),
            initializer: dense.bias_initializer.clone(),
            regularizer: dense.bias_regularizer.clone(),
            constraint: dense.bias_constraint.clone(),
        });
        std::iter::once(weight).chain(bias).collect()
    }

    /// The activation that the layer's output comes from, if it has one.
    pub fn activation(&self) -> Option<&Activation> {
        match self {
            Self::Dense(dense) => Some(&dense.activation),
            Self::Activation(activation) => Some(activation),
            _ => None,
        }
    }
}
