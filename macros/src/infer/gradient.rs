//! `grad(y, x)`: whether a gradient leads from the one to the other.

use super::arguments::Arguments;
use super::function::{Value, Walk};
use crate::ast::Expression;
use crate::layer::Layer;
use crate::model::What;

impl Walk<'_> {
    /// `grad(y, x)`
    pub(super) fn gradient(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let (y, x) = (arguments.values[0], arguments.values[1]);
        let (of, with) = (self.number(y), self.number(x));
        let (of, with) = (of?, with?);
        let (shape, result) = (self.known(of, y)?, self.known(with, x)?);
        if shape.rank() > 0 {
            let message = format!("`grad` takes the gradient of a scalar, but this has shape {shape}");
            self.cx.report_with_help(y, message, "write `grad(sum(y), x)`, or take one of its values: `y[0]`");
            return None;
        }
        if let Err(end) = self.path_to(of, with) {
            let (message, help) = match end {
                Some(what) => (
                    format!("the gradient leads through {what}, which has none"),
                    "take the gradient of what comes before it",
                ),
                None => (
                    "the first value of `grad` does not depend on the second".to_owned(),
                    "the second is an input, or a value that the first is computed from",
                ),
            };
            self.cx.report_with_help(call, message, help);
            return None;
        }
        if self.depends_on_no_sample(with) {
            let help = "the trainer computes the gradients of parameters; here it is a value of each sample";
            self.cx.report_with_help(x, "`grad` is taken with respect to an input, or a value computed from one", help);
            return None;
        }
        Some(self.push(What::Gradient, vec![of, with], result, "grad", call))
    }

    /// Whether a gradient leads from a value to another; if not, what it ends at.
    pub(super) fn path_to(&self, of: Value, with: Value) -> Result<(), Option<String>> {
        let mut leads = vec![false; self.calls.len()];
        let mut ends = vec![None; self.calls.len()];
        leads[with.var.0] = true;
        for (index, call) in self.calls.iter().enumerate().skip(with.var.0 + 1) {
            let from = call.operands.iter().any(|operand| leads[operand.0]);
            let ended = call.operands.iter().find_map(|operand| ends[operand.0].clone());
            let end = match &call.what {
                What::Argmax(_) => Some("`argmax`".to_owned()),
                What::OneHot => Some("`one_hot`".to_owned()),
                What::Lookup(_) => Some("the index of a lookup".to_owned()),
                What::StopGradient => Some("`stop_gradient`".to_owned()),
                What::Map(function) if function.is_flat() => Some(format!("`{function}`")),
                What::Layer(layer) => match &self.layers[*layer] {
                    Some(Layer::Nested(nested)) => {
                        Some(format!("the model `{}`, whose second derivative is not known here", nested.name()))
                    }
                    Some(Layer::Embedding(_)) => Some("the index of an embedding".to_owned()),
                    _ => None,
                },
                _ => None,
            };
            match end {
                Some(end) if from => ends[index] = Some(end),
                _ => {
                    leads[index] = from;
                    ends[index] = ended;
                }
            }
        }
        let nested = ends[of.var.0].as_ref().is_some_and(|end| end.starts_with("the model"));
        if leads[of.var.0] && !nested { Ok(()) } else { Err(ends[of.var.0].clone()) }
    }

    /// Whether a value is the same for all samples.
    pub(super) fn depends_on_no_sample(&self, value: Value) -> bool {
        let mut rest = vec![value.var];
        while let Some(var) = rest.pop() {
            let call = &self.calls[var.0];
            if matches!(call.what, What::Input(_)) {
                return false;
            }
            rest.extend(&call.operands);
        }
        true
    }
}
