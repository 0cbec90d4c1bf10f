//! The layers of a sequential model: the shape of a sample on its way through them.

use crate::ast::{Argument, Line, Size};
use crate::dim::Dim;
use crate::errors::Errors;
use crate::layer::{self, Dense, Layer, Nested};
use crate::model::{Call, Program, Var, What};
use crate::names;
use crate::shape::Shape;

/// The shapes before and after each line, where both are known.
pub fn shapes(cx: &Errors, lines: &[Line], layers: &[Option<Layer>]) -> Vec<Option<(Shape, Shape)>> {
    let mut flow = Flow { cx, lines, layers, shape: None, source: None };
    (0..lines.len()).map(|index| flow.through(index)).collect()
}

/// The layers as calls, one after the other.
pub fn program<'a>(input: Shape, layers: impl Iterator<Item = (usize, &'a str, &'a Shape)>) -> Program {
    let first = Call { what: What::Input(0), operands: Vec::new(), shape: input.clone(), name: "x".to_owned() };
    let mut calls = vec![first];
    for (layer, name, shape) in layers {
        let operands = vec![Var(calls.len() - 1)];
        calls.push(Call { what: What::Layer(layer), operands, shape: shape.clone(), name: name.to_owned() });
    }
    let outputs = vec![Var(calls.len() - 1)];
    Program { inputs: vec![input], calls, outputs }
}

/// The shape of a sample on its way through the layers.
struct Flow<'a> {
    cx: &'a Errors,
    lines: &'a [Line],
    layers: &'a [Option<Layer>],
    /// The shape that the layer above gives; nothing at the start, and after a layer that could not be read: then
    /// the next written size is believed, so that no message only follows from another.
    shape: Option<Shape>,
    /// The line that gave this shape.
    source: Option<usize>,
}

impl Flow<'_> {
    /// Sends the shape through the line `index`: the shapes before and after it, if both are known.
    fn through(&mut self, index: usize) -> Option<(Shape, Shape)> {
        let line = &self.lines[index];
        let input = self.shape.take();
        let shapes = match &self.layers[index] {
            None => {
                self.shape = guess(line, input);
                self.source = Some(index);
                return None;
            }
            Some(Layer::Input(shape)) => {
                if index > 0 {
                    let message = "`Input` stands before all layers";
                    self.cx.report_with_help(line.call(), message, "move it to the first line, or remove it");
                    self.shape = input;
                    return None;
                }
                Some((shape.clone(), shape.clone()))
            }
            Some(Layer::Dense(dense)) => self.dense(index, dense, input),
            Some(Layer::Nested(nested)) => self.nested(index, nested, input),
            Some(Layer::Param(_)) => {
                let help = "write the layers in a function, `fn forward(x: [32]) -> [32] { x * scale }`";
                self.cx.report_with_help(line.call(), "a bare parameter is no layer that samples go through", help);
                self.shape = input;
                return None;
            }
            Some(Layer::Embedding(table)) => Some({
                let input = input.unwrap_or_else(|| Shape::new(vec![Dim::from(1)]).expect("one value"));
                let sizes = input.sizes().iter().cloned().chain([table.shape.last()]).collect();
                let output = Shape::new(sizes)?;
                (input, output)
            }),
            Some(layer) => {
                let Some(input) = input else {
                    if self.source.is_none() {
                        let message = format!("{} comes first, and does not say what the model takes", line.label());
                        self.cx.report_with_help(
                            line.call(),
                            message,
                            "begin with the shape of a sample, such as `Input(28, 28)`",
                        );
                        self.source = Some(index);
                    }
                    if let Layer::Reshape(shape) = layer {
                        self.shape = Some(shape.clone());
                    }
                    return None;
                };
                let output = match layer {
                    Layer::Flatten => Shape::new(vec![input.count()]).expect("as many values as before"),
                    Layer::Reshape(shape) => {
                        self.check_reshape(line, &input, shape);
                        shape.clone()
                    }
                    _ => input.clone(),
                };
                Some((input, output))
            }
        };
        self.shape = shapes.as_ref().map(|(_, output)| output.clone()).or(self.shape.take());
        self.source = Some(index);
        shapes
    }

    fn check_reshape(&self, line: &Line, input: &Shape, shape: &Shape) {
        if shape.count() != input.count() {
            let message = format!(
                "{} makes {shape}, which is {} values, from {input}, which is {}",
                line.label(),
                shape.count(),
                input.count()
            );
            self.cx.report_with_help(line.call(), message, format!("choose sizes whose product is {}", input.count()));
        }
    }

    fn dense(&mut self, index: usize, dense: &Dense, input: Option<Shape>) -> Option<(Shape, Shape)> {
        let line = &self.lines[index];
        let Some(input) = input else {
            let known = dense.input.clone().and_then(|size| Shape::new(vec![size]));
            self.shape = Shape::new(vec![dense.output.clone()]);
            if known.is_none() && self.source.is_none() {
                let help = format!(
                    "write the size, such as `{}`, or begin with `Input(784)`",
                    line.with_sizes(784, &dense.output)
                );
                let message =
                    format!("the input size of {} cannot be inferred: no layer stands above it", line.label());
                self.cx.report_with_help(line.call(), message, help);
            }
            return Some((known?, self.shape.clone()?));
        };
        let mut output_size = dense.output.clone();
        if let Some(written) = dense.input.clone().filter(|written| *written != input.last()) {
            output_size = self.report_mismatch(index, dense, written, &input);
        }
        if Shape::new(vec![input.last(), output_size.clone()]).is_none() {
            let message = format!("{} has more values than a computer can address", line.label());
            self.cx.report_with_help(line.call(), message, "look for a digit too many in its sizes");
        }
        let output = if dense.input == Some(input.count()) && input.rank() > 1 {
            Shape::new(vec![dense.output.clone()]) // The sizes are those of a flattened input, and that was reported.
        } else {
            input.with_last(output_size)
        };
        Some((input, output?))
    }

    /// Says how the written input size differs from what comes, and gives the size that the layer most likely makes.
    fn report_mismatch(&self, index: usize, dense: &Dense, written: Dim, input: &Shape) -> Dim {
        let line = &self.lines[index];
        let giver = self.source.map(|source| &self.lines[source]);
        let gives = match giver {
            Some(giver) if giver.kind != "Input" => format!("{} gives", giver.label()),
            _ => "the input has".to_owned(),
        };
        let label = line.label();
        if input.rank() > 1 {
            let rows = format!("{label} takes {written} values per row, but {gives} shape {input}");
            if written == input.count() {
                self.cx.report_with_help(
                    size(line),
                    rows,
                    format!("put `Flatten` before it: {input} is {written} values"),
                );
            } else {
                let help =
                    format!("write {}, or put `Flatten` before it", line.with_sizes(input.last(), &dense.output));
                self.cx.report_with_help(size(line), rows, help);
            }
            return dense.output.clone();
        }
        let available = input.last();
        if dense.output == available {
            let message = format!("{label} takes {written} values per sample, but {gives} {available}");
            self.cx.report_with_help(
                size(line),
                message,
                format!("it looks reversed: write {}", line.with_sizes(&available, &written)),
            );
            return written;
        }
        if let (Some(giver), Some(Some(Layer::Dense(above)))) = (giver, self.source.map(|source| &self.layers[source]))
            && above.input.as_ref() == Some(&written)
        {
            let message = format!("{} gives {available} values per sample, but {label} takes {written}", giver.label());
            let help = format!("it looks reversed: write {}", giver.with_sizes(&available, &written));
            self.cx.report_with_help(size(giver), message, help);
            return dense.output.clone();
        }
        let message = format!("{label} takes {written} values per sample, but {gives} {available}");
        let help = format!("dimensions read input => output; write {}", line.with_sizes(&available, &dense.output));
        self.cx.report_with_help(size(line), message, help);
        dense.output.clone()
    }

    /// Another model: what it gives is what it says, or else what the next line takes.
    fn nested(&mut self, index: usize, nested: &Nested, input: Option<Shape>) -> Option<(Shape, Shape)> {
        let line = &self.lines[index];
        if let (Some(written), Some(input)) = (&nested.input, &input)
            && written != input
        {
            let giver = self.source.map_or_else(|| "the input".to_owned(), |source| self.lines[source].label());
            let message = format!("{} takes samples of shape {written}, but {giver} gives {input}", line.label());
            self.cx.report_with_help(size(line), message, "put a layer between the two, or correct one of the shapes");
        }
        let input = nested.input.clone().or(input);
        // Layers that keep the shape are passed over.
        let keeps = |layer: &&Option<Layer>| matches!(layer, Some(Layer::Activation(_) | Layer::Dropout(_)));
        let next = self.layers[index + 1..].iter().find(|layer| !keeps(layer)).and_then(|layer| match layer {
            Some(Layer::Dense(dense)) => Shape::new(vec![dense.input.clone()?]),
            Some(Layer::Nested(next)) => next.input.clone(),
            _ => None,
        });
        let output = nested.output.clone().or(next);
        if input.is_none() || output.is_none() {
            let side = if input.is_none() { "takes" } else { "gives" };
            let message = format!("the shape that {} {side} is not known here", line.label());
            let help = format!("write both, such as `{}(54 => 32)` or `{}([28, 28] => 32)`", line.kind, line.kind);
            self.cx.report_with_help(line.call(), message, help);
        }
        self.shape.clone_from(&output);
        Some((input?, output?))
    }
}

/// The sizes of a line, which a message about them underlines.
fn size(line: &Line) -> proc_macro2::TokenStream {
    let sizes = line.arguments.list.iter().find(|argument| matches!(argument, Argument::Sizes(_)));
    sizes.map_or_else(|| line.call(), quote::ToTokens::to_token_stream)
}

/// What a line that could not be read most likely gives.
fn guess(line: &Line, input: Option<Shape>) -> Option<Shape> {
    let kind = line.kind.to_string();
    let sizes = line.arguments.list.iter().find_map(|argument| match argument {
        Argument::Sizes(sizes) => Some(sizes),
        _ => None,
    });
    match (sizes, names::nearest(&kind, layer::names())) {
        (Some(sizes), Some("Dense")) => match &sizes.output {
            Size::Written(output, _) if !output.is(0) => Shape::new(vec![output.clone()]),
            _ => None,
        },
        (None, Some("Dense" | "Input" | "Flatten" | "Reshape" | "Param" | "Embedding")) => None,
        (None, Some(_)) => input,
        _ => None,
    }
}
