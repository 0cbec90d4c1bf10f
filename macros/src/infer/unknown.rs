//! Names that stand for nothing, or for something else: what to write instead.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::function::{Bound, Walk};
use crate::ast::Expression;
use crate::functions;
use crate::layer::Layer;
use crate::names;

impl Walk<'_> {
    /// The line of that name.
    pub fn line(&self, name: &Ident) -> Option<usize> {
        self.lines.iter().position(|line| line.name.as_ref() == Some(name))
    }

    /// A name that is called and is neither a layer nor a function.
    pub(super) fn unknown_function(&mut self, call: &Expression, name: &Ident) {
        if let Some(local) = self.locals.iter_mut().rev().find(|local| local.name == *name) {
            local.is_used = true;
            if !matches!(local.bound, Bound::Unknown) {
                let help = format!("write `{name} * x` for a product; only layers and functions are called");
                self.cx.report_with_help(call, format!("`{name}` is a value, not a layer or a function"), help);
            }
            return;
        }
        let text = name.unraw().to_string();
        if name == self.owner || name == "forward" {
            let help = "write the calls of its layers one after the other";
            self.cx.report_with_help(name, format!("`{text}` would call itself without end"), help);
            return;
        }
        let layers: Vec<String> =
            self.lines.iter().filter_map(|line| line.name.as_ref()).map(ToString::to_string).collect();
        let help = functions::suggestion(&text, layers.iter().map(String::as_str));
        let what = if layers.is_empty() { "no function" } else { "no layer and no function" };
        self.cx.report_with_help(name, format!("there is {what} `{text}`"), help);
    }

    /// A name that stands for no value.
    pub(super) fn unknown_value(&self, name: &Ident) {
        let text = name.unraw().to_string();
        if functions::is_function(&text) {
            let help = format!("call it: `{text}(x)`");
            self.cx.report_with_help(name, format!("`{text}` is a function, not a value"), help);
            return;
        }
        let locals = self.locals.iter().map(|local| &local.name);
        let is_value = |&(_, layer): &(_, &Option<Layer>)| matches!(layer, Some(Layer::Param(_)));
        let lines = || std::iter::zip(self.lines, self.layers);
        let parameters = lines().filter(is_value).filter_map(|(line, _)| line.name.as_ref());
        let mut values: Vec<String> = locals.chain(parameters).map(ToString::to_string).collect();
        values.dedup();
        let layers: Vec<String> = lines().filter_map(|(line, _)| line.name.as_ref()).map(ToString::to_string).collect();
        let help = match names::nearest(&text, values.iter().chain(&layers).map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are {}", names::list(values.iter().map(String::as_str))),
        };
        self.cx.report_with_help(name, format!("there is no value `{text}`"), help);
    }

    /// `name.field`, where there is no such field.
    pub(super) fn unknown_field(&self, expression: &Expression, name: &Ident, field: &Ident) {
        let layer = self.line(name).and_then(|layer| self.layers[layer].as_ref());
        let (message, help) = match layer {
            Some(Layer::Param(_)) => {
                (format!("`{name}` is a parameter without fields"), format!("write `{name}` alone"))
            }
            Some(Layer::Nested(nested)) => {
                let message = format!("the parameters of `{}` are its own", nested.name());
                (message, format!("call it, `{name}(x)`, or declare the layer here"))
            }
            Some(_) => {
                let help = "only `Dense` and `Embedding` have fields: `weight`, and the `bias` of `Dense`";
                (format!("`{name}` has no parameters"), help.to_owned())
            }
            None if self.locals.iter().any(|local| local.name == *name) => (
                format!("the value `{name}` has no field `{field}`"),
                "only layers have fields: `weight`, `bias`".into(),
            ),
            None => {
                let layers: Vec<String> =
                    self.lines.iter().filter_map(|line| line.name.as_ref()).map(ToString::to_string).collect();
                let help = names::suggestion(&name.to_string(), layers.iter().map(String::as_str));
                (format!("there is no layer `{name}`"), help)
            }
        };
        self.cx.report_with_help(expression, message, help);
    }
}
