//! The table of constraints.

use proc_macro2::TokenStream;

use crate::ast::Value;
use crate::errors::Errors;
use crate::names;
use crate::shape::Shape;
use crate::word::{Parameter, Row, Rule, Word};

/// What a parameter is brought back to after each step.
#[derive(Clone)]
pub struct Constraint(Word);

const AXIS: Parameter = Parameter { name: "axis", default: "0", rule: Rule::Axis };

const TABLE: [Row; 4] = [
    Row {
        name: "max_norm",
        variant: "MaxNorm",
        arguments: &[Parameter { name: "max_value", default: "2.0", rule: Rule::Positive }, AXIS],
    },
    Row { name: "non_negative", variant: "NonNegative", arguments: &[] },
    Row { name: "unit_norm", variant: "UnitNorm", arguments: &[AXIS] },
    Row {
        name: "min_max_norm",
        variant: "MinMaxNorm",
        arguments: &[
            Parameter { name: "min_value", default: "0.0", rule: Rule::NotNegative },
            Parameter { name: "max_value", default: "1.0", rule: Rule::Positive },
            Parameter { name: "rate", default: "1.0", rule: Rule::Share },
            AXIS,
        ],
    },
];

/// The names of all.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    TABLE.iter().map(|row| row.name)
}

impl Constraint {
    /// Reads `non_negative` or `max_norm(2.0)`; reports what is wrong with it.
    pub fn read(cx: &Errors, value: &Value) -> Option<Self> {
        let Value::Word(word, arguments) = value else {
            let help = format!("known are {}; write `max_norm(2.0)`, say", names::list(names()));
            cx.report_with_help(value, "a constraint is a word", help);
            return None;
        };
        let text = word.to_string();
        let Some(row) = Row::find(&TABLE, &text) else {
            let help = names::suggestion(&text, names());
            cx.report_with_help(word, format!("there is no constraint `{text}`"), help);
            return None;
        };
        let read = Word::read(cx, row, word, arguments)?;
        if let (Some(least), Some(most)) = (read.number("min_value"), read.number("max_value"))
            && least > most
        {
            let message = format!("`min_value` is {least}, which is above `max_value`, which is {most}");
            cx.report_with_help(value, message, format!("write it as `{}`", row.form()));
            return None;
        }
        Some(Self(read))
    }

    /// Reports that it does not fit a parameter of this shape, which `label` calls by its name.
    pub fn check(&self, cx: &Errors, label: &str, shape: &Shape) {
        let Self(word) = self;
        let Some(axis) = word.axis().filter(|axis| *axis >= shape.rank()) else { return };
        let name = word.name();
        if shape.rank() == 0 {
            let message = format!("`{name}` is about the norms along an axis, but {label} is a single number");
            cx.report_with_help(&word.tokens, message, "write `non_negative`, or give it a size");
            return;
        }
        let message = format!("`{name}` goes along axis {axis}, but {label} has shape {shape}");
        let last = shape.rank() - 1;
        let help = if last == 0 { "its only axis is 0".to_owned() } else { format!("its axes are 0 to {last}") };
        cx.report_with_help(&word.tokens, message, help);
    }

    /// The value of `katachi::Constraint`; `krate` is where it is found.
    pub fn tokens(&self, krate: &TokenStream) -> TokenStream {
        self.0.variant(krate, "Constraint")
    }
}
