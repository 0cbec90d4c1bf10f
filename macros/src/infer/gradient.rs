//! `grad(y, x)`: whether a gradient leads from the one to the other.

use super::arguments::Arguments;
use super::function::{Value, Walk};
use crate::ast::Expression;
use crate::elementwise::Elementwise;
use crate::layer::Layer;
use crate::model::What;

/// Where a gradient ends.
#[derive(Clone)]
pub(super) enum End {
    /// What has no gradient.
    Flat(String),
    /// Another model, of that name.
    Nested(String),
}

impl End {
    fn flat(what: impl Into<String>) -> Self {
        Self::Flat(what.into())
    }
}

/// How a function without a gradient is written.
fn flat(function: &Elementwise) -> String {
    match function {
        Elementwise::Sign | Elementwise::Floor => format!("`{function}`"),
        _ => "a condition".to_owned(),
    }
}

impl Walk<'_> {
    /// `grad(y, x)`
    pub(super) fn gradient(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let (y, x) = (arguments.values[0], arguments.values[1]);
        let (of, with) = (self.number(y), self.number(x));
        let (of, with) = (of?, with?);
        let (shape, result) = (self.known(of, y)?, self.known(with, x)?);
        if shape.rank() > 0 {
            let message = format!("`grad` takes the gradient of a scalar, but {} has shape {shape}", y.called());
            let help = format!("write `grad(sum({}), {})` for the gradient of its sum", y.or("y"), x.or("x"));
            self.cx.report_with_help(y, message, help);
            return None;
        }
        if self.depends_on_no_sample(with) {
            let message = format!("{} is the same for all samples, and `grad` is taken for each sample", x.called());
            let help = "take it with respect to an input, or a value computed from one; the trainer has the gradients of \
                        parameters";
            self.cx.report_with_help(x, message, help);
            return None;
        }
        if let Err(end) = self.path_to(of, with) {
            let (message, help) = match end {
                Some(End::Nested(model)) => (
                    format!("`grad` leads through `{model}`, and the derivative of another model is not known here"),
                    format!("declare the layers of `{model}` in this model"),
                ),
                Some(End::Flat(what)) => (
                    format!("the gradient leads through {what}, which has none"),
                    "take the gradient of a value that comes before it".to_owned(),
                ),
                None => (
                    format!("{} does not depend on {}", y.called(), x.called()),
                    "the second is an input, or a value that the first is computed from".to_owned(),
                ),
            };
            self.cx.report_with_help(call, message, help);
            return None;
        }
        Some(self.push(What::Gradient, vec![of, with], result, "grad", call))
    }

    /// Whether a gradient leads from a value to another; if not, what it ends at.
    pub(super) fn path_to(&self, of: Value, with: Value) -> Result<(), Option<End>> {
        let mut leads = vec![false; self.calls.len()];
        let mut ends: Vec<Option<End>> = vec![None; self.calls.len()];
        leads[with.var.0] = true;
        for (index, call) in self.calls.iter().enumerate().skip(with.var.0 + 1) {
            let from = call.operands.iter().any(|operand| leads[operand.0]);
            let ended = call.operands.iter().find_map(|operand| ends[operand.0].clone());
            let end = match &call.what {
                What::Argmax(_) => Some(End::flat("`argmax`")),
                What::OneHot => Some(End::flat("`one_hot`")),
                What::Lookup(_) => Some(End::flat("the index of a lookup")),
                What::StopGradient => Some(End::flat("`stop_gradient`")),
                What::Map(function) if function.is_flat() => Some(End::flat(flat(function))),
                What::Layer(layer) => match &self.layers[*layer] {
                    Some(Layer::Nested(nested)) => Some(End::Nested(nested.name())),
                    Some(Layer::Embedding(_)) => Some(End::flat("the index of an embedding")),
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
        let nested = matches!(ends[of.var.0], Some(End::Nested(_)));
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
