//! Calls of layers.

use proc_macro2::Ident;

use super::function::{Value, Walk};
use crate::ast::{Expression, Given};
use crate::dim::Dim;
use crate::layer::{Dense, Layer, Nested};
use crate::model::What;
use crate::shape::Shape;

impl Walk<'_> {
    /// `hidden(x)`
    pub fn layer(&mut self, call: &Expression, layer: usize, name: &Ident, given: &[Given]) -> Option<Value> {
        let line = &self.lines[layer];
        if let Some(option) = given.iter().find_map(|given| given.name.as_ref()) {
            let help = format!("options of a layer stand in its line: `{name}: {line}`");
            self.cx.report_with_help(option, format!("a call of `{name}` has no options"), help);
            return None;
        }
        let [Given { value: argument, .. }] = given else {
            let help = if given.is_empty() {
                format!("write `{name}(x)`")
            } else {
                let values: Vec<String> = given.iter().map(|given| given.value.or("x")).collect();
                format!("join them first: `{name}(concat({}))`", values.join(", "))
            };
            let message =
                format!("the layer `{name}` takes 1 input, but {} given", super::arguments::count(given.len()));
            self.cx.report_with_help(call, message, help);
            for given in given {
                self.expression(&given.value);
            }
            return None;
        };
        let input = self.number(argument)?;
        let layers = self.layers;
        let layer_of = layers[layer].as_ref()?;
        if let Layer::Param(_) = layer_of {
            self.cx.report_with_help(
                call,
                format!("`{name}` is a parameter, not a layer"),
                format!("write `{name} * {}` for a product with it, or `{name}` alone", argument.or("x")),
            );
            return None;
        }
        if let Layer::Nested(nested) = layer_of {
            return self.nested(call, layer, nested, input, argument);
        }
        if let Layer::Dense(dense) = layer_of
            && let Some(size) = &dense.input
        {
            self.believe(input, &Shape::new(vec![size.clone()])?);
        }
        let before = self.known(input, argument)?;
        let after = match layer_of {
            Layer::Dense(dense) => self.dense(layer, dense, &before, argument)?,
            Layer::Flatten => Shape::new(vec![before.count()])?,
            Layer::Reshape(shape) => {
                self.check_count(call, argument, &before, shape)?;
                shape.clone()
            }
            Layer::Embedding(table) => self.embedded(call, &before, table.shape.last())?,
            _ => before.clone(),
        };
        self.place(layer, before, &after);
        Some(self.push(What::Layer(layer), vec![input], after, name.to_string().trim_start_matches("r#"), call))
    }

    /// Remembers the shapes of the first call.
    fn place(&mut self, layer: usize, before: Shape, after: &Shape) {
        self.placed[layer].get_or_insert_with(|| (Some(before), Some(after.clone())));
    }

    fn dense(&self, layer: usize, dense: &Dense, input: &Shape, argument: &Expression) -> Option<Shape> {
        let line = &self.lines[layer];
        let label = line.label();
        let value = argument.called();
        if input.rank() == 0 {
            let help = match &line.name {
                Some(name) => format!("write `{name}(reshape({}, [1]))`", argument.or("x")),
                None => "write `reshape(x, [1])` around it".to_owned(),
            };
            self.cx.report_with_help(argument, format!("{label} works on vectors, and {value} is a scalar"), help);
            return None;
        }
        let available = input.last();
        let first = self.placed[layer].as_ref().and_then(|(input, _)| input.as_ref()).map(Shape::last);
        if let (None, Some(first)) = (&dense.input, first)
            && first != available
        {
            let message = format!("{label} takes {first} values since its first call, but {value} has {available}");
            let help = "the size of its input is the same in all calls: declare a layer for each size";
            self.cx.report_with_help(argument, message, help);
            return None;
        }
        if let Some(takes) = dense.input.clone().filter(|takes| *takes != available) {
            let is_rows = input.rank() > 1;
            let message = if is_rows {
                format!("{label} takes {takes} values per row, but {value} has shape {input}")
            } else {
                format!("{label} takes {takes} values per sample, but {value} has {available}")
            };
            let call = |inner: &str| match &line.name {
                Some(name) => format!("`{name}({inner}({}))`", argument.or("x")),
                None => format!("`{inner}(…)`"),
            };
            let help = if is_rows && takes == input.count() {
                format!("write {}: {input} is {takes} values", call("flatten"))
            } else if dense.output == available {
                format!("it looks reversed: write {}", line.with_sizes(&available, &takes))
            } else if is_rows && input.sizes()[input.rank() - 2] == takes {
                format!("write {}, or {}", line.with_sizes(&available, &dense.output), call("transpose"))
            } else {
                format!("dimensions read input => output; write {}", line.with_sizes(&available, &dense.output))
            };
            self.cx.report_with_help(argument, message, help);
            return None;
        }
        let output = input.with_last(dense.output.clone());
        if output.is_none() || Shape::new(vec![input.last(), dense.output.clone()]).is_none() {
            let message = format!("{label} has more values than a computer can address");
            self.cx.report_with_help(argument, message, "look for a digit too many in its sizes");
        }
        output
    }

    /// Another model: what is not written is believed.
    fn nested(
        &mut self,
        call: &Expression,
        layer: usize,
        nested: &Nested,
        input: Value,
        argument: &Expression,
    ) -> Option<Value> {
        if let Some(shape) = &nested.input {
            self.believe(input, shape);
        }
        let before = self.known(input, argument)?;
        let takes = nested.input.clone().or_else(|| self.placed[layer].as_ref().and_then(|(input, _)| input.clone()));
        if let Some(takes) = takes.filter(|takes| *takes != before) {
            let message = format!(
                "{} takes samples of shape {takes}, but {} has shape {before}",
                self.lines[layer].label(),
                argument.called()
            );
            self.cx.report_with_help(
                argument,
                message,
                format!("make it {takes}: `reshape`, `concat` or a layer before it"),
            );
            return None;
        }
        let after =
            nested.output.clone().or_else(|| self.placed[layer].as_ref().and_then(|(_, output)| output.clone()));
        self.placed[layer].get_or_insert_with(|| (Some(before.clone()), after.clone()));
        let name = self.lines[layer].name.as_ref().map_or_else(String::new, ToString::to_string);
        let value = self.push(What::Layer(layer), vec![input], before, name, call);
        self.shapes[value.var.0] = after;
        Some(value)
    }

    /// The shape of rows of `width` values in place of numbers; a last axis of one number is taken up.
    pub fn embedded(&self, call: &Expression, indices: &Shape, width: Dim) -> Option<Shape> {
        let sizes = indices.sizes().iter().cloned().chain([width]).collect();
        self.rank_checked(call, sizes)
    }

    pub fn check_count(&self, call: &Expression, argument: &Expression, from: &Shape, to: &Shape) -> Option<()> {
        if from.count() == to.count() {
            return Some(());
        }
        let (count, value) = (from.count(), argument.called());
        let message = format!("{to} is {} values, but {value} has shape {from}, which is {count}", to.count());
        self.cx.report_with_help(call, message, format!("choose sizes whose product is {}", from.count()));
        None
    }
}
