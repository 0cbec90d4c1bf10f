//! Products of vectors and matrices, and tables of rows.

use super::arguments::Arguments;
use super::broadcast::{self, MatMul};
use super::function::{Value, Walk};
use crate::ast::{Expression, Kind, short};
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::layer::Layer;
use crate::model::What;
use crate::shape::Shape;

impl Walk<'_> {
    pub(super) fn matmul(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let (a, b) = (arguments.values[0], arguments.values[1]);
        let (x, y) = (self.number(a), self.number(b));
        let (x, y) = (x?, y?);
        let (left, right) = (self.known(x, a)?, self.known(y, b)?);
        let named = match (short(&a.tokens), short(&b.tokens)) {
            (Some(a), Some(b)) if a != b => format!("`{a}` has shape {left} and `{b}` has shape {right}"),
            _ => format!("the shapes are {left} and {right}"),
        };
        let (message, help) = match broadcast::matmul(&left, &right) {
            MatMul::Fits(shape) => return Some(self.push(What::MatMul, vec![x, y], shape, "matmul", call)),
            MatMul::Scalar => (
                format!("{named}, but `matmul` multiplies vectors and matrices"),
                format!("write `{} * {}` for a product with a number", a.or("a"), b.or("b")),
            ),
            MatMul::Inner(columns, rows) => {
                let unit = |shape: &Shape, unit| if shape.rank() == 1 { "values" } else { unit };
                let message = format!(
                    "{named}: the left has {columns} {}, but the right has {rows} {}",
                    unit(&left, "columns"),
                    unit(&right, "rows")
                );
                let (a, b) = (a.or("a"), b.or("b"));
                let help = match (left.sizes(), right.sizes()) {
                    (_, [.., r, c]) if *c == columns && r != c => {
                        format!("write `matmul({a}, transpose({b}))`, if that is meant")
                    }
                    ([.., r, c], _) if *r == rows && r != c => {
                        format!("write `matmul(transpose({a}), {b})`, if that is meant")
                    }
                    _ => "the last size of the left and the last but one of the right must be the same".to_owned(),
                };
                (message, help)
            }
            MatMul::Stacks(a, b) => (
                format!("{named}: stacks of {a} and of {b} matrices do not go together"),
                "counted from the last axis, two sizes are equal or one of them is 1".to_owned(),
            ),
            MatMul::TooLarge => (
                format!("`matmul` of {left} and {right} has more values than a computer can address"),
                "look for a digit too many in its sizes".to_owned(),
            ),
        };
        self.cx.report_with_help(call, message, help);
        None
    }

    /// Two vectors.
    pub(super) fn vectors(&mut self, arguments: &Arguments<'_>, name: &str) -> Option<[(Value, Dim); 2]> {
        let mut read = |index: usize| {
            let written = arguments.values[index];
            let value = self.number(written)?;
            let shape = self.known(value, written)?;
            if shape.rank() != 1 {
                let message = format!("`{name}` takes vectors, but {} has shape {shape}", written.called());
                let help = match shape.rank() {
                    0 => "write `a * b` for a product with a number",
                    _ => "write `matmul(a, b)` for a product with a matrix",
                };
                self.cx.report_with_help(written, message, help);
                return None;
            }
            Some((value, shape.last()))
        };
        let (a, b) = (read(0), read(1));
        Some([a?, b?])
    }

    pub(super) fn dot(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let [(a, left), (b, right)] = self.vectors(arguments, "dot")?;
        if left != right {
            let (x, y) = (arguments.values[0].called(), arguments.values[1].called());
            let message = format!("`dot` takes vectors of one length, but {x} has {left} values and {y} has {right}");
            self.cx.report_with_help(call, message, "bring both to one length by a layer, or by `slice`");
            return None;
        }
        Some(self.push(What::MatMul, vec![a, b], Shape::scalar(), "dot", call))
    }

    pub(super) fn outer(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let [(a, rows), (b, columns)] = self.vectors(arguments, "outer")?;
        let column = Shape::new(vec![rows.clone(), Dim::from(1)])?;
        let a = self.push(What::Reshape, vec![a], column, "column", call);
        let shape = Shape::new(vec![rows, columns])?;
        Some(self.push(What::Map(Elementwise::Mul), vec![a, b], shape, "outer", call))
    }

    pub(super) fn one_hot(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let indices = self.number(arguments.values[0]);
        let depth = self.positive_size(arguments.values[1])?;
        let shape = self.known(indices?, arguments.values[0])?;
        let result = self.embedded(call, &shape, depth)?;
        Some(self.push(What::OneHot, vec![indices?], result, "one_hot", call))
    }

    pub(super) fn lookup(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let (table, written) = (arguments.values[0], arguments.values[1]);
        let indices = self.number(written);
        let layer = match &table.kind {
            Kind::Name(name) => self.line(name),
            _ => None,
        };
        let width = layer.and_then(|layer| match &self.layers[layer] {
            Some(Layer::Param(table) | Layer::Embedding(table)) if table.shape.rank() == 2 => Some(table.shape.last()),
            _ => None,
        });
        let (Some(layer), Some(width)) = (layer, width) else {
            if !matches!(&table.kind, Kind::Name(name) if self.line(name).is_some()) {
                self.expression(table);
            }
            let help = "the first argument is the name of an `Embedding`, or of a `Param` with two sizes";
            let message = match layer.map(|layer| &self.layers[layer]) {
                Some(None) => return None,
                Some(Some(Layer::Param(table))) => {
                    format!("a table has two sizes, its rows and their width, but this has shape {}", table.shape)
                }
                Some(Some(_)) => "this layer is no table to look into".to_owned(),
                None => "this is no table to look into".to_owned(),
            };
            self.cx.report_with_help(table, message, help);
            return None;
        };
        let shape = self.known(indices?, written)?;
        let result = self.embedded(call, &shape, width)?;
        let rows = match &self.layers[layer] {
            Some(Layer::Param(table) | Layer::Embedding(table)) => table.shape.clone(),
            _ => return None,
        };
        self.placed[layer].get_or_insert_with(|| (Some(rows.clone()), Some(rows)));
        Some(self.push(What::Lookup(layer), vec![indices?], result, "lookup", call))
    }
}
