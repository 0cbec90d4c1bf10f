//! The table of initializers.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::{Argument, Value};
use crate::decimal::Decimal;
use crate::errors::Errors;
use crate::names;
use crate::shape::Shape;
use crate::word::{Parameter, Row, Rule, Word};

/// How a parameter begins.
#[derive(Clone)]
pub enum Initializer {
    /// A variant of `katachi::Initializer` without a value, or with named ones.
    Word(Word),
    Constant(Decimal),
}

/// A row without arguments.
const fn plain(name: &'static str, variant: &'static str) -> Row {
    Row { name, variant, arguments: &[] }
}

const fn number(name: &'static str, default: &'static str) -> Parameter {
    Parameter { name, default, rule: Rule::Number }
}

const STDDEV: Parameter = Parameter { name: "stddev", default: "0.05", rule: Rule::Positive };

/// `constant` is read apart: it has no default.
const TABLE: [Row; 14] = [
    plain("zeros", "Zeros"),
    plain("ones", "Ones"),
    plain("glorot_uniform", "GlorotUniform"),
    plain("glorot_normal", "GlorotNormal"),
    plain("he_uniform", "HeUniform"),
    plain("he_normal", "HeNormal"),
    plain("lecun_uniform", "LecunUniform"),
    plain("lecun_normal", "LecunNormal"),
    Row {
        name: "random_uniform",
        variant: "RandomUniform",
        arguments: &[number("minval", "-0.05"), number("maxval", "0.05")],
    },
    Row { name: "random_normal", variant: "RandomNormal", arguments: &[number("mean", "0.0"), STDDEV] },
    Row { name: "truncated_normal", variant: "TruncatedNormal", arguments: &[number("mean", "0.0"), STDDEV] },
    Row { name: "orthogonal", variant: "Orthogonal", arguments: &[number("gain", "1.0")] },
    Row { name: "identity", variant: "Identity", arguments: &[number("gain", "1.0")] },
    Row {
        name: "variance_scaling",
        variant: "VarianceScaling",
        arguments: &[
            Parameter { name: "scale", default: "1.0", rule: Rule::Positive },
            Parameter {
                name: "mode",
                default: "fan_in",
                rule: Rule::OneOf("Fan", &[("fan_in", "In"), ("fan_out", "Out"), ("fan_avg", "Average")]),
            },
            Parameter {
                name: "distribution",
                default: "truncated_normal",
                rule: Rule::OneOf(
                    "Distribution",
                    &[
                        ("truncated_normal", "TruncatedNormal"),
                        ("untruncated_normal", "UntruncatedNormal"),
                        ("uniform", "Uniform"),
                    ],
                ),
            },
        ],
    },
];

/// All names, as messages list them.
fn names() -> impl Iterator<Item = &'static str> + Clone {
    TABLE[..2].iter().map(|row| row.name).chain(["constant"]).chain(TABLE[2..].iter().map(|row| row.name))
}

impl Initializer {
    /// One of the table, as it is without arguments.
    pub fn named(name: &str) -> Self {
        Self::Word(Word::plain(Row::find(&TABLE, name).expect("an initializer of the table")))
    }

    /// Reads `he_normal` or `constant(0.1)`; reports what is wrong with it.
    pub fn read(cx: &Errors, value: &Value) -> Option<Self> {
        let Value::Word(word, arguments) = value else {
            cx.report_with_help(value, "an initializer is a word", format!("known are {}", names::list(names())));
            return None;
        };
        let text = word.to_string();
        if text == "constant" {
            if let [Argument::Positional(value)] = arguments.list.as_slice()
                && let Some(number) = value.decimal()
            {
                return Some(Self::Constant(number));
            }
            cx.report_with_help(value, "`constant` takes one number", "write it in brackets, such as `constant(0.1)`");
            return None;
        }
        let Some(row) = Row::find(&TABLE, &text) else {
            // Names of other libraries for the same formulas.
            let help = match text.as_str() {
                "xavier_uniform" => "did you mean `glorot_uniform`?".to_owned(),
                "xavier_normal" => "did you mean `glorot_normal`?".to_owned(),
                "kaiming_uniform" => "did you mean `he_uniform`?".to_owned(),
                "kaiming_normal" => "did you mean `he_normal`?".to_owned(),
                "uniform" => "did you mean `random_uniform`?".to_owned(),
                "normal" | "gaussian" => "did you mean `random_normal`?".to_owned(),
                "trunc_normal" => "did you mean `truncated_normal`?".to_owned(),
                "eye" => "did you mean `identity`?".to_owned(),
                _ => names::suggestion(&text, names()),
            };
            cx.report_with_help(word, format!("there is no initializer `{text}`"), help);
            return None;
        };
        if row.arguments.is_empty() && !arguments.list.is_empty() {
            let message = format!("`{text}` takes no arguments");
            cx.report_with_help(&arguments.tokens, message, format!("write `{text}`; its seed is given to `init`"));
            return None;
        }
        let read = Word::read(cx, row, word, arguments)?;
        if let (Some(least), Some(most)) = (read.number("minval"), read.number("maxval"))
            && least >= most
        {
            let message = format!("`minval` is {least}, which is not below `maxval`, which is {most}");
            cx.report_with_help(value, message, format!("write it as `{}`", row.form()));
            return None;
        }
        Some(Self::Word(read))
    }

    /// Reports that it does not fit a parameter of this shape, which `label` calls by its name.
    pub fn check(&self, cx: &Errors, label: &str, shape: &Shape) {
        let Self::Word(word) = self else { return };
        let sizes = shape.sizes();
        let (message, help) = match (word.name(), sizes) {
            ("orthogonal", [] | [_]) => {
                (format!("`orthogonal` is for matrices, but {label} has shape {shape}"), "write `random_normal`, say")
            }
            ("identity", [rows, columns]) if rows == columns => return,
            ("identity", [rows, columns]) if rows.known().is_none() || columns.known().is_none() => (
                format!("`identity` is for square matrices, but {label} has shape {shape}, whose sizes may differ"),
                "write `orthogonal`, which fits every matrix, or use one size for both",
            ),
            ("identity", [_, _]) => (
                format!("`identity` is for square matrices, but {label} has shape {shape}"),
                "write `orthogonal`, which fits every matrix",
            ),
            ("identity", _) => (
                format!("`identity` is for square matrices, but {label} has shape {shape}"),
                "write `ones` or `random_normal`, say",
            ),
            _ => return,
        };
        cx.report_with_help(&word.tokens, message, help);
    }

    /// The value of `katachi::Initializer`; `krate` is where it is found.
    pub fn tokens(&self, krate: &TokenStream) -> TokenStream {
        match self {
            Self::Word(word) => word.variant(krate, "Initializer"),
            Self::Constant(value) => {
                let value = value.to_float();
                quote!(#krate::Initializer::Constant(#value))
            }
        }
    }
}
