//! The table of initializers.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::ast::{Argument, Value};
use crate::decimal::Decimal;
use crate::errors::Errors;
use crate::names;

/// How a parameter begins.
#[derive(Clone)]
pub enum Initializer {
    /// A variant of `katachi::Initializer` without a value.
    Named(&'static str),
    Constant(Decimal),
}

/// Name in a declaration, variant.
const TABLE: [(&str, &str); 9] = [
    ("zeros", "Zeros"),
    ("ones", "Ones"),
    ("constant", "Constant"),
    ("glorot_uniform", "GlorotUniform"),
    ("glorot_normal", "GlorotNormal"),
    ("he_uniform", "HeUniform"),
    ("he_normal", "HeNormal"),
    ("lecun_uniform", "LecunUniform"),
    ("lecun_normal", "LecunNormal"),
];

impl Initializer {
    /// Reads `he_normal` or `constant(0.1)`; reports what is wrong with it.
    pub fn read(cx: &Errors, value: &Value) -> Option<Self> {
        let names = TABLE.iter().map(|row| row.0);
        let Value::Word(word, arguments) = value else {
            cx.report_with_help(value, "an initializer is a word", format!("known are {}", names::list(names)));
            return None;
        };
        let text = word.to_string();
        let Some(&(name, variant)) = TABLE.iter().find(|row| row.0 == text) else {
            // PyTorch's names for the same formulas.
            let help = match text.as_str() {
                "xavier_uniform" => "did you mean `glorot_uniform`?".to_owned(),
                "xavier_normal" => "did you mean `glorot_normal`?".to_owned(),
                "kaiming_uniform" => "did you mean `he_uniform`?".to_owned(),
                "kaiming_normal" => "did you mean `he_normal`?".to_owned(),
                _ => names::suggestion(&text, names),
            };
            cx.report_with_help(word, format!("there is no initializer `{text}`"), help);
            return None;
        };
        match (variant, arguments.list.as_slice()) {
            ("Constant", [Argument::Positional(value)]) if value.decimal().is_some() => {
                value.decimal().map(Self::Constant)
            }
            ("Constant", _) => {
                cx.report_with_help(
                    value,
                    "`constant` takes one number",
                    "write it in brackets, such as `constant(0.1)`",
                );
                None
            }
            (_, []) => Some(Self::Named(variant)),
            _ => {
                let message = format!("`{name}` takes no arguments");
                cx.report_with_help(&arguments.tokens, message, format!("write `{name}`; its seed is given to `init`"));
                None
            }
        }
    }

    /// The value of `katachi::Initializer`; `krate` is where it is found.
    pub fn tokens(&self, krate: &TokenStream) -> TokenStream {
        match self {
            Self::Named(variant) => {
                let variant = format_ident!("{variant}");
                quote!(#krate::Initializer::#variant)
            }
            Self::Constant(value) => {
                let value = value.to_float();
                quote!(#krate::Initializer::Constant(#value))
            }
        }
    }
}
