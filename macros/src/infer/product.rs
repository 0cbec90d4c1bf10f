//! Products of vectors and matrices, and tables of rows.

use super::arguments::Arguments;
use super::broadcast::{self, MatMul};
use super::function::{Value, Walk};
use crate::ast::{Expression, Kind};
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
        let (message, help) = match broadcast::matmul(&left, &right) {
            MatMul::Fits(shape) => return Some(self.push(What::MatMul, vec![x, y], shape, "matmul", call)),
            MatMul::Scalar => (
                format!("`matmul` multiplies vectors and matrices, but the shapes are {left} and {right}"),
                "write `a * b` for a product with a number".to_owned(),
            ),
            MatMul::Inner(columns, rows) => {
                let message = format!(
                    "`matmul` of {left} and {right}: the left has {columns} columns, but the right has {rows} rows"
                );
                let help = match (left.sizes(), right.sizes()) {
                    (_, [.., r, c]) if *c == columns && r != c => "write `matmul(a, transpose(b))`, if that is meant",
                    ([.., r, c], _) if *r == rows && r != c => "write `matmul(transpose(a), b)`, if that is meant",
                    _ => "the last size of the left is the last but one of the right",
                };
                (message, help.to_owned())
            }
            MatMul::Stacks(a, b) => (
                format!("`matmul` of {left} and {right}: stacks of {a} and of {b} matrices do not go together"),
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
                let message = format!("`{name}` takes vectors, but this has shape {shape}");
                self.cx.report_with_help(written, message, "for matrices write `matmul(a, b)`");
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
            let message = format!("`dot` of vectors of {left} and {right} values");
            self.cx.report_with_help(call, message, "both have as many values");
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
            Kind::Name(name) => self.lines.iter().position(|line| line.name.as_ref() == Some(name)),
            _ => None,
        };
        let width = layer.and_then(|layer| match &self.layers[layer] {
            Some(Layer::Param(table) | Layer::Embedding(table)) if table.shape.rank() == 2 => Some(table.shape.last()),
            _ => None,
        });
        let (Some(layer), Some(width)) = (layer, width) else {
            let help = "the first argument is the name of an `Embedding`, or of a `Param` with two sizes";
            self.cx.report_with_help(table, "there is no table to look into", help);
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
