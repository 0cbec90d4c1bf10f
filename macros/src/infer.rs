//! [`ast`](crate::ast) → [`model`](crate::model): shapes through the layers. The only place of semantic errors.

use std::collections::HashSet;

use syn::ext::IdentExt;

use crate::activation::Kind;
use crate::ast::{Declaration, Differentiable, Line, ShapeNode};
use crate::errors::Errors;
use crate::layer::{self, Layer};
use crate::model::{Model, Placed, Program, Warnings};
use crate::parse::Dimensions;
use crate::shape::Shape;

mod arguments;
mod broadcast;
mod call;
mod callee;
mod expression;
mod function;
mod gradient;
mod join;
mod layers;
mod product;
mod reach;
mod sequential;
mod unknown;

pub use broadcast::broadcast;

/// Decides every shape; nothing if a mistake was reported.
pub fn infer(cx: &Errors, declaration: Declaration) -> Option<Model> {
    let Declaration { attributes, visibility, name, dimensions, lines, forward } = declaration;
    check_names(cx, &lines);
    let layers: Vec<Option<Layer>> = lines.iter().map(|line| layer::read(cx, line)).collect();
    let (shapes, program, warnings) = match &forward {
        None => {
            if layers.iter().all(|layer| matches!(layer, Some(Layer::Input(_)))) {
                if let Some(line) = lines.first() {
                    let help = "write at least one layer after it, such as `logits: Dense(784 => 10)`";
                    cx.report_with_help(line.call(), format!("`{name}` has an input but no layers"), help);
                }
                return None;
            }
            let shapes = sequential::shapes(cx, &lines, &layers);
            check_endings(cx, &lines, &layers);
            (shapes, None, Warnings::default())
        }
        Some(function) => {
            let dimensions = Dimensions(dimensions.clone());
            let checked = function::forward(cx, &name, &dimensions, &lines, &layers, function)?;
            (checked.shapes, Some(checked.program), checked.warnings)
        }
    };

    let mut names = Names::new(&lines);
    let placed: Vec<Placed> = std::iter::zip(lines, std::iter::zip(layers, shapes))
        .map(|(line, (layer, shapes))| {
            let (input, output) = shapes?;
            let (layer, kind) = (layer?, line.kind.to_string());
            let written = match &layer {
                Layer::Dense(dense) => line.with_sizes(input.last(), &dense.output),
                _ => line.to_string(),
            };
            check_parameters(cx, &line, &layer, &input);
            let frozen = line.frozen.is_some();
            let name = line.name.as_ref().map_or_else(|| names.make(&kind), |name| name.unraw().to_string());
            Some(Placed {
                attributes: line.attributes,
                field: line.name,
                name,
                kind,
                written,
                layer,
                input,
                output,
                frozen,
            })
        })
        .collect::<Option<_>>()?;
    let input = placed.first().map(|first| first.input.clone());
    let layers: Vec<Placed> = placed.into_iter().filter(|placed| !matches!(placed.layer, Layer::Input(_))).collect();
    let program = match program {
        Some(program) => program,
        None => sequential::program(
            input?,
            layers.iter().enumerate().map(|(index, placed)| (index, placed.name.as_str(), &placed.output)),
        ),
    };
    Some(Model { attributes, visibility, name, dimensions, layers, program, warnings })
}

/// Reports initializers and constraints that do not fit the shapes of their parameters.
fn check_parameters(cx: &Errors, line: &Line, layer: &Layer, input: &Shape) {
    if let Layer::Dense(dense) = layer
        && Shape::new(vec![input.last(), dense.output.clone()]).is_none()
    {
        return; // It has more values than a computer can address, and that was reported.
    }
    let label = line.label();
    for parameter in layer.parameters(input) {
        let label = match parameter.field {
            "" => label.clone(),
            field => format!("the {field} of {label}"),
        };
        parameter.initializer.check(cx, &label, &parameter.shape);
        if let Some(constraint) = &parameter.constraint {
            constraint.check(cx, &label, &parameter.shape);
        }
    }
}

/// Checks a function under `#[differentiable]`; nothing if a mistake was reported.
pub fn function(cx: &Errors, function: &Differentiable, known: &[Differentiable]) -> Option<Checked> {
    let arguments = function.arguments.iter();
    let outputs = function.outputs.iter();
    let signature = function::Signature {
        name: &function.name,
        inputs: arguments.map(|argument| (&argument.name, Some(argument.typed.shape.clone()))).collect(),
        outputs: outputs
            .map(|output| ShapeNode { shape: Some(output.shape.clone()), tokens: output.tokens.clone() })
            .collect(),
        is_differentiable: true,
    };
    if function.outputs.len() != 1 || function.outputs[0].shape.rank() > 0 {
        let message = format!("a gradient is that of one number, but `{}` gives more", function.name);
        let help = "give a scalar, such as the sum of what it computes";
        cx.report_with_help(&function.output, message, help);
    }
    let scope = function::Scope { dimensions: &Dimensions::default(), lines: &[], layers: &[], functions: known };
    let checked = function::check(cx, &function.name, scope, signature, &function.body)?;
    reach::report_function(cx, function, &checked.program);
    Some(checked)
}

/// What the function of a model was found to be.
pub struct Checked {
    pub program: Program,
    /// The shapes before and after each line.
    pub shapes: Vec<Option<(Shape, Shape)>>,
    pub warnings: Warnings,
}

/// Layers with parameters have a name, and no name stands twice.
fn check_names(cx: &Errors, lines: &[Line]) {
    let mut seen = HashSet::new();
    for line in lines {
        match &line.name {
            None if layer::needs_name(line) => {
                let help = format!("write `hidden: {line}`, say; the name becomes a field");
                cx.report_with_help(line.call(), format!("`{}` has parameters, so it needs a name", line.kind), help);
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
