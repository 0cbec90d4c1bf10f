//! [`ast`](crate::ast) → [`model`](crate::model): shapes through the layers. The only place of semantic errors.

use std::collections::HashSet;

use syn::ext::IdentExt;

use crate::activation::Kind;
use crate::ast::{Argument, Declaration, Line, Size};
use crate::errors::Errors;
use crate::layer::{self, Dense, Layer};
use crate::model::{Model, Placed};
use crate::names;
use crate::shape::Shape;

/// Decides every shape; nothing if a mistake was reported.
pub fn infer(cx: &Errors, declaration: Declaration) -> Option<Model> {
    let Declaration { attributes, visibility, name, lines } = declaration;
    check_names(cx, &lines);
    let layers: Vec<Option<Layer>> = lines.iter().map(|line| layer::read(cx, line)).collect();
    if layers.iter().all(|layer| matches!(layer, Some(Layer::Input(_)))) {
        if let Some(line) = lines.first() {
            let help = "write at least one layer after it, such as `logits: Dense(784 => 10)`";
            cx.report_with_help(line.call(), format!("`{name}` has an input but no layers"), help);
        }
        return None;
    }
    let mut flow = Flow { cx, lines: &lines, layers: &layers, shape: None, source: None };
    let shapes: Vec<Option<(Shape, Shape)>> = (0..lines.len()).map(|index| flow.through(index)).collect();
    check_endings(cx, &lines, &layers);

    let mut names = Names::new(&lines);
    let placed: Vec<Placed> = std::iter::zip(lines, std::iter::zip(layers, shapes))
        .map(|(line, (layer, shapes))| {
            let (input, output) = shapes?;
            let (layer, kind) = (layer?, line.kind.to_string());
            let written = match &layer {
                Layer::Dense(dense) => line.with_sizes(input.last(), dense.output),
                _ => line.to_string(),
            };
            let name = line.name.as_ref().map_or_else(|| names.make(&kind), |name| name.unraw().to_string());
            Some(Placed { attributes: line.attributes, field: line.name, name, kind, written, layer, input, output })
        })
        .collect::<Option<_>>()?;
    let input = placed.first()?.input.clone();
    let layers = placed.into_iter().filter(|placed| !matches!(placed.layer, Layer::Input(_))).collect();
    Some(Model { attributes, visibility, name, input, layers })
}

/// Layers with parameters have a name, and no name stands twice.
fn check_names(cx: &Errors, lines: &[Line]) {
    let mut seen = HashSet::new();
    for line in lines {
        match &line.name {
            None if line.kind == "Dense" => {
                let help = format!("write `hidden: {line}`, say; the name becomes a field");
                cx.report_with_help(line.call(), "`Dense` has parameters, so it needs a name", help);
            }
            Some(name) if line.kind == "Input" => {
                cx.report_with_help(name, "the input takes no name", format!("write `{line}`"));
            }
            Some(name) if seen.insert(name.to_string()) => {}
            Some(name) => {
                let help = format!("write another name, such as `{}`", free_name(name, lines));
                cx.report_with_help(name, format!("two layers have the name `{name}`"), help);
            }
            None => {}
        }
    }
}

/// The name with the next number that no layer has.
fn free_name(name: &proc_macro2::Ident, lines: &[Line]) -> String {
    let name = name.to_string();
    let base = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_taken = |free: &String| lines.iter().any(|line| line.name.as_ref().is_some_and(|name| name == free));
    let mut free = (2..=lines.len() + 2).map(|number| format!("{base}{number}")).filter(|free| !is_taken(free));
    free.next().expect("there are more numbers than layers")
}

/// A softmax of a softmax is nearly uniform, and never meant.
fn check_endings(cx: &Errors, lines: &[Line], layers: &[Option<Layer>]) {
    let mut before: Option<(&Line, Kind)> = None;
    for (line, layer) in std::iter::zip(lines, layers) {
        let Some(layer) = layer else { continue };
        let kind = layer.activation().map(|activation| activation.kind);
        if let (Layer::Activation(again), Some((first, kind))) = (layer, before)
            && again.kind.is_by_row()
            && kind.is_by_row()
        {
            let (label, kind) = (first.label(), kind.name());
            let message = format!("{label} already ends in `{kind}`, and `{}` is applied to it once more", line.kind);
            cx.report_with_help(line.call(), message, "keep one of the two");
        }
        if let Some(kind) = kind {
            before = Some((line, kind));
        }
    }
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
            let known = dense.input.and_then(|size| Shape::new(vec![size]));
            self.shape = Shape::new(vec![dense.output]);
            if known.is_none() && self.source.is_none() {
                let help = format!(
                    "write the size, such as `{}`, or begin with `Input(784)`",
                    line.with_sizes(784, dense.output)
                );
                let message =
                    format!("the input size of {} cannot be inferred: no layer stands above it", line.label());
                self.cx.report_with_help(line.call(), message, help);
            }
            return Some((known?, self.shape.clone()?));
        };
        let mut output_size = dense.output;
        if let Some(written) = dense.input.filter(|&written| written != input.last()) {
            output_size = self.report_mismatch(index, dense, written, &input);
        }
        if Shape::new(vec![input.last(), output_size]).is_none() {
            let message = format!("{} has more values than a computer can address", line.label());
            self.cx.report_with_help(line.call(), message, "look for a digit too many in its sizes");
        }
        let output = if dense.input == Some(input.count()) && input.rank() > 1 {
            Shape::new(vec![dense.output]) // The sizes are those of a flattened input, and that was reported.
        } else {
            input.with_last(output_size)
        };
        Some((input, output?))
    }

    /// Says how the written input size differs from what comes, and gives the size that the layer most likely makes.
    fn report_mismatch(&self, index: usize, dense: &Dense, written: usize, input: &Shape) -> usize {
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
                let help = format!("write {}, or put `Flatten` before it", line.with_sizes(input.last(), dense.output));
                self.cx.report_with_help(size(line), rows, help);
            }
            return dense.output;
        }
        let available = input.last();
        if dense.output == available {
            let message = format!("{label} takes {written} values per sample, but {gives} {available}");
            self.cx.report_with_help(
                size(line),
                message,
                format!("it looks reversed: write {}", line.with_sizes(available, written)),
            );
            return written;
        }
        if let (Some(giver), Some(Some(Layer::Dense(above)))) = (giver, self.source.map(|source| &self.layers[source]))
            && above.input == Some(written)
        {
            let message = format!("{} gives {available} values per sample, but {label} takes {written}", giver.label());
            let help = format!("it looks reversed: write {}", giver.with_sizes(available, written));
            self.cx.report_with_help(size(giver), message, help);
            return dense.output;
        }
        let message = format!("{label} takes {written} values per sample, but {gives} {available}");
        let help = format!("dimensions read input => output; write {}", line.with_sizes(available, dense.output));
        self.cx.report_with_help(size(line), message, help);
        dense.output
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
        (Some(sizes), Some("Dense")) => match sizes.output {
            Size::Number(_, output) if output > 0 => Shape::new(vec![output]),
            _ => None,
        },
        (None, Some("Dense" | "Input" | "Flatten" | "Reshape")) => None,
        (None, Some(_)) => input,
        _ => None,
    }
}

/// Names for layers without one, as Keras makes them: `dropout`, `dropout_1`.
struct Names {
    taken: Vec<String>,
}

impl Names {
    fn new(lines: &[Line]) -> Self {
        Self {
            taken: lines.iter().filter_map(|line| line.name.as_ref()).map(|name| name.unraw().to_string()).collect(),
        }
    }

    fn make(&mut self, kind: &str) -> String {
        let mut base = String::new();
        for (index, letter) in kind.char_indices() {
            if letter.is_uppercase() && index > 0 {
                base.push('_');
            }
            base.extend(letter.to_lowercase());
        }
        let mut candidates = std::iter::once(base.clone()).chain((1..).map(|number| format!("{base}_{number}")));
        let name = candidates.find(|name| !self.taken.contains(name)).expect("the numbers do not end");
        self.taken.push(name.clone());
        name
    }
}
