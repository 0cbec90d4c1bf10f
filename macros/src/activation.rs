//! The table of activations: names, arguments, and what the compiler must know of each.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use crate::ast::{Argument, Arguments, Expression, Given, Value};
use crate::decimal::Decimal;
use crate::errors::Errors;
use crate::names;

/// An activation with its argument, if it takes one.
#[derive(Clone, PartialEq, Debug)]
pub struct Activation {
    pub kind: Kind,
    /// The value of `negative_slope` or `alpha`, where the kind has one and the user wrote it.
    pub parameter: Option<Decimal>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Linear,
    Relu,
    Relu6,
    LeakyRelu,
    Elu,
    Selu,
    Gelu,
    GeluTanh,
    Silu,
    Sigmoid,
    HardSigmoid,
    Tanh,
    Softplus,
    Softsign,
    Softmax,
    LogSoftmax,
}

/// What the derivative of an activation is computed from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Saves {
    Nothing,
    Input,
    Output,
}

/// `snake_case` name, `CamelCase` name as a layer, kind.
const TABLE: [(&str, &str, Kind); 15] = [
    ("linear", "Linear", Kind::Linear),
    ("relu", "Relu", Kind::Relu),
    ("relu6", "Relu6", Kind::Relu6),
    ("leaky_relu", "LeakyRelu", Kind::LeakyRelu),
    ("elu", "Elu", Kind::Elu),
    ("selu", "Selu", Kind::Selu),
    ("gelu", "Gelu", Kind::Gelu),
    ("silu", "Silu", Kind::Silu),
    ("sigmoid", "Sigmoid", Kind::Sigmoid),
    ("hard_sigmoid", "HardSigmoid", Kind::HardSigmoid),
    ("tanh", "Tanh", Kind::Tanh),
    ("softplus", "Softplus", Kind::Softplus),
    ("softsign", "Softsign", Kind::Softsign),
    ("softmax", "Softmax", Kind::Softmax),
    ("log_softmax", "LogSoftmax", Kind::LogSoftmax),
];

/// The names as activations: `relu`.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    TABLE.iter().map(|row| row.0)
}

/// The names as layers: `Relu`.
pub fn layer_names() -> impl Iterator<Item = &'static str> + Clone {
    TABLE.iter().map(|row| row.1)
}

/// The activation that the layer kind `name` is, without its arguments.
pub fn of_layer(name: &str) -> Option<Kind> {
    TABLE.iter().find(|row| row.1 == name).map(|row| row.2)
}

impl Kind {
    pub const fn saves(self) -> Saves {
        match self {
            Self::Linear => Saves::Nothing,
            Self::LeakyRelu
            | Self::Elu
            | Self::Gelu
            | Self::GeluTanh
            | Self::Silu
            | Self::Softplus
            | Self::Softsign => Saves::Input,
            Self::Relu
            | Self::Relu6
            | Self::Selu
            | Self::Sigmoid
            | Self::HardSigmoid
            | Self::Tanh
            | Self::Softmax
            | Self::LogSoftmax => Saves::Output,
        }
    }

    /// Whether an output depends on its whole row, not on one value.
    pub const fn is_by_row(self) -> bool {
        matches!(self, Self::Softmax | Self::LogSoftmax)
    }

    /// The type in `katachi::ending` for a model that ends in this.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Linear => "LinearOutputs",
            Self::Softmax => "SoftmaxOutputs",
            Self::LogSoftmax => "LogSoftmaxOutputs",
            Self::Sigmoid => "SigmoidOutputs",
            _ => "OtherOutputs",
        }
    }

    /// The name of the argument and its default, as in Keras 3.
    const fn parameter(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::LeakyRelu => Some(("negative_slope", "0.2")),
            Self::Elu => Some(("alpha", "1.0")),
            _ => None,
        }
    }

    /// The argument that an activation has where none is written.
    pub fn default_parameter(self) -> &'static str {
        self.parameter().map_or("0.0", |(_, default)| default)
    }

    pub fn name(self) -> &'static str {
        TABLE.iter().find(|row| row.2 == self).map_or("gelu", |row| row.0)
    }
}

impl Activation {
    pub const LINEAR: Self = Self { kind: Kind::Linear, parameter: None };

    /// Reads `relu`, `leaky_relu(0.1)`, `gelu(approximate = true)`; reports what is wrong with it.
    pub fn read(cx: &Errors, value: &Value) -> Option<Self> {
        let Value::Word(word, arguments) = value else {
            cx.report_with_help(value, "an activation is a word", format!("known are {}", names::list(names())));
            return None;
        };
        let text = word.to_string();
        let Some(row) = TABLE.iter().find(|row| row.0 == text) else {
            // A name of another library's, where the nearest spelling would mislead.
            let help = match text.as_str() {
                "swish" => "did you mean `silu`?".to_owned(),
                "max_norm" | "non_negative" | "unit_norm" | "min_max_norm" => {
                    format!("a constraint is written `kernel_constraint = {text}`")
                }
                "gelu_tanh" => "write `gelu(approximate = true)`".to_owned(),
                _ => names::suggestion(&text, names()),
            };
            cx.report_with_help(word, format!("there is no activation `{text}`"), help);
            return None;
        };
        Self::with_arguments(cx, row.2, word, arguments)
    }

    /// The activation `kind`, named by `word`, with what stands in its brackets.
    pub fn with_arguments(cx: &Errors, kind: Kind, word: &Ident, arguments: &Arguments) -> Option<Self> {
        match arguments.list.as_slice() {
            [] => return Some(Self { kind, parameter: None }),
            [Argument::Named(name, Value::Bool(approximate))] if kind == Kind::Gelu && name == "approximate" => {
                let kind = if approximate.value { Kind::GeluTanh } else { Kind::Gelu };
                return Some(Self { kind, parameter: None });
            }
            [argument] => {
                if let Some((parameter, _)) = kind.parameter() {
                    match argument {
                        Argument::Positional(value) => {
                            if let Some(decimal) = value.decimal() {
                                return Some(Self { kind, parameter: Some(decimal) });
                            }
                        }
                        Argument::Named(name, value) if name == parameter => {
                            if let Some(decimal) = value.decimal() {
                                return Some(Self { kind, parameter: Some(decimal) });
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        if let [Argument::Sizes(sizes), ..] = arguments.list.as_slice() {
            let help = format!("a layer with weights is `Dense({sizes})`, with an activation as its last argument");
            cx.report_with_help(&arguments.tokens, format!("`{word}` is an activation, without weights"), help);
            return None;
        }
        let form = match kind.parameter() {
            Some((parameter, default)) => {
                format!("write `{word}`, `{word}({default})` or `{word}({parameter} = {default})`")
            }
            None if kind == Kind::Gelu => format!("write `{word}` or `{word}(approximate = true)`"),
            None => format!("write `{word}`"),
        };
        cx.report_with_help(&arguments.tokens, format!("`{word}` does not take these arguments"), form);
        None
    }

    /// The activation of a call, `leaky_relu(x, 0.1)` or `gelu(x, approximate = true)`, from its further arguments.
    pub fn of_call(cx: &Errors, name: &Ident, call: &Expression, options: &[Given]) -> Option<Self> {
        let kind = TABLE.iter().find(|row| name == row.0).map(|row| row.2)?;
        let example = match kind.parameter() {
            Some((parameter, default)) => format!("`{name}(x, {default})` or `{name}(x, {parameter} = {default})`"),
            None if kind == Kind::Gelu => format!("`{name}(x)` or `{name}(x, approximate = true)`"),
            None => format!("`{name}(x)`"),
        };
        let fits = |option: &Given| match (&option.name, kind.parameter()) {
            (Some(word), None) if kind == Kind::Gelu && word == "approximate" => {
                match option.value.tokens.to_string().as_str() {
                    "true" => Some(Self { kind: Kind::GeluTanh, parameter: None }),
                    "false" => Some(Self { kind, parameter: None }),
                    _ => None,
                }
            }
            (word, Some((parameter, _))) if word.as_ref().is_none_or(|word| word == parameter) => {
                option.value.number().map(|number| Self { kind, parameter: Some(number) })
            }
            _ => None,
        };
        let activation = match options {
            [] => Some(Self { kind, parameter: None }),
            [option] => fits(option),
            _ => None,
        };
        if activation.is_none() {
            let message = format!("`{name}` does not take these arguments");
            cx.report_with_help(call, message, format!("write it as {example}"));
        }
        activation
    }

    /// The value of `katachi_core::activation::Activation`; `krate` is where it is found.
    pub fn tokens(&self, krate: &TokenStream) -> TokenStream {
        let variant = format_ident!("{}", format!("{:?}", self.kind));
        match self.kind.parameter() {
            None => quote!(#krate::Activation::#variant),
            Some((parameter, default)) => {
                let name = format_ident!("{parameter}");
                let value =
                    self.parameter.as_ref().map_or_else(|| default.parse().expect("a literal"), Decimal::to_float);
                quote!(#krate::Activation::#variant { #name: #krate::Element::from_f64(#value) })
            }
        }
    }
}

impl std::fmt::Display for Activation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.kind, &self.parameter) {
            (Kind::GeluTanh, _) => write!(f, "gelu(approximate = true)"),
            (kind, Some(parameter)) => write!(f, "{}({parameter})", kind.name()),
            (kind, None) => write!(f, "{}", kind.name()),
        }
    }
}

impl ToTokens for Kind {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        format_ident!("{}", format!("{self:?}")).to_tokens(tokens);
    }
}
