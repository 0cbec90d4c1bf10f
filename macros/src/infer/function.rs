//! A function: its statements one after the other, each name with what it stands for.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;

use super::{Checked, reach};
use crate::ast::{Block, Differentiable, Expression, Function, Kind, Let, Line, Pattern, ShapeNode};
use crate::dim::Dim;
use crate::errors::Errors;
use crate::layer::{self, Layer};
use crate::model::{Call, Program, Var, Warnings, What};
use crate::parse::Dimensions;
use crate::shape::Shape;

/// What a function takes and gives.
pub struct Signature<'a> {
    pub name: &'a Ident,
    pub inputs: Vec<(&'a Ident, Option<Shape>)>,
    pub outputs: Vec<ShapeNode>,
    /// Whether it is a function of `#[differentiable]`, which gives one number.
    pub is_differentiable: bool,
}

/// Checks the function of a model.
pub fn forward(
    cx: &Errors,
    model: &Ident,
    dimensions: &Dimensions,
    lines: &[Line],
    layers: &[Option<Layer>],
    function: &Function,
) -> Option<Checked> {
    for line in lines.iter().filter(|line| line.kind == "Input") {
        let help = format!("remove this line: the inputs are those of `{}`", function.name);
        cx.report_with_help(line.call(), "a model with a function has no `Input` line", help);
    }
    for (line, layer) in std::iter::zip(lines, layers) {
        if line.name.is_none() && line.kind != "Input" && layer.is_some() && !layer::needs_name(line) {
            let name = line.kind.to_string().to_lowercase();
            let help = format!("write `{name}: {line}` and call it, `{name}(x)`, or remove it");
            let message = format!("`{}` has no name, so `{}` cannot call it", line.kind, function.name);
            cx.report_with_help(line.call(), message, help);
        }
    }
    let signature = Signature {
        name: &function.name,
        inputs: function.inputs.iter().map(|input| (&input.name, input.shape.shape.clone())).collect(),
        outputs: function.outputs.clone(),
        is_differentiable: false,
    };
    let scope = Scope { dimensions, lines, layers, functions: &[] };
    check(cx, model, scope, signature, &function.body)
}

/// What a body may name besides its inputs.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub dimensions: &'a Dimensions,
    pub lines: &'a [Line],
    pub layers: &'a [Option<Layer>],
    pub functions: &'a [Differentiable],
}

/// Checks a function; nothing if a mistake was reported.
pub fn check(
    cx: &Errors,
    owner: &Ident,
    Scope { dimensions, lines, layers, functions }: Scope<'_>,
    signature: Signature<'_>,
    body: &Block,
) -> Option<Checked> {
    let mut walk = Walk {
        cx,
        owner,
        dimensions,
        lines,
        layers,
        functions,
        placed: vec![None; lines.len()],
        parameters: Vec::new(),
        calls: Vec::new(),
        shapes: Vec::new(),
        tokens: Vec::new(),
        locals: Vec::new(),
        warnings: Warnings::default(),
    };
    for (index, (name, shape)) in signature.inputs.iter().enumerate() {
        let value = shape.clone().map(|shape| walk.push(What::Input(index), vec![], shape, name.to_string(), name));
        let bound = value.map_or(Bound::Unknown, Bound::Value);
        walk.locals.push(Local { name: (*name).clone(), bound, is_used: false, is_input: true });
    }
    let result = walk.block(body);
    let outputs = walk.outputs(body, result, &signature);
    for local in &walk.locals {
        let name = &local.name;
        // What another mistake may have hidden is no mistake of its own.
        let is_hidden = cx.has_some() && body.mentions(name);
        if local.is_input && !local.is_used && !is_hidden && !name.to_string().starts_with('_') {
            let help = format!("use it, or write `_{name}` if it is not needed");
            cx.report_with_help(name, format!("nothing uses the input `{name}`"), help);
        }
    }
    let outputs = outputs?;
    let reach = reach::reach(&walk, &outputs);
    let shapes = walk.finish(&reach);
    let Walk { calls, warnings, .. } = walk;
    let inputs = signature.inputs.into_iter().map(|(_, shape)| shape).collect::<Option<_>>()?;
    Some(Checked { program: Program { inputs, calls, outputs }, shapes, warnings })
}

/// What a name or an expression stands for.
#[derive(Clone)]
pub enum Bound {
    Value(Value),
    Tuple(Vec<Bound>),
    /// What was reported.
    Unknown,
}

/// A value of the function.
#[derive(Clone, Copy)]
pub struct Value {
    pub var: Var,
    /// Whether it says yes or no, as 1 and 0.
    pub is_condition: bool,
}

pub struct Local {
    pub name: Ident,
    pub bound: Bound,
    pub is_used: bool,
    pub is_input: bool,
}

/// The walk through a function.
pub struct Walk<'a> {
    pub cx: &'a Errors,
    /// The name of the model, or of the function itself.
    pub owner: &'a Ident,
    pub dimensions: &'a Dimensions,
    pub lines: &'a [Line],
    pub layers: &'a [Option<Layer>],
    /// The differentiable functions that may be called.
    pub functions: &'a [Differentiable],
    /// The shapes before and after each layer, once it was called.
    pub placed: Vec<Option<(Option<Shape>, Option<Shape>)>>,
    /// The values of parameters that were named.
    pub parameters: Vec<((usize, &'static str), Value)>,
    pub calls: Vec<Call>,
    /// The shape of each call's result; nothing for that of another model, until its use tells.
    pub shapes: Vec<Option<Shape>>,
    /// Where each call stands.
    pub tokens: Vec<TokenStream>,
    pub locals: Vec<Local>,
    pub warnings: Warnings,
}

impl Walk<'_> {
    /// Appends a call.
    pub fn push(
        &mut self,
        what: What,
        operands: Vec<Value>,
        shape: Shape,
        name: impl Into<String>,
        tokens: impl ToTokens,
    ) -> Value {
        let operands = operands.into_iter().map(|operand| operand.var).collect();
        self.calls.push(Call { what, operands, shape: shape.clone(), name: name.into() });
        self.shapes.push(Some(shape));
        self.tokens.push(tokens.to_token_stream());
        Value { var: Var(self.calls.len() - 1), is_condition: false }
    }

    /// The shape of a value; reports where only the use of another model could tell it, and does not.
    pub fn known(&self, value: Value, at: impl ToTokens) -> Option<Shape> {
        let shape = self.shapes[value.var.0].clone();
        if shape.is_none()
            && let What::Layer(layer) = self.calls[value.var.0].what
        {
            let line = &self.lines[layer];
            let message = format!("the shape that {} gives is not known here", line.label());
            let help =
                format!("write it in its line, such as `{}(54 => 32)`, or at a `let`: `let h: [32] = …;`", line.kind);
            self.cx.report_with_help(at, message, help);
        }
        shape
    }

    /// Takes a shape for that of another model's result, if that is not known yet.
    pub fn believe(&mut self, value: Value, shape: &Shape) {
        if self.shapes[value.var.0].is_none() {
            self.shapes[value.var.0] = Some(shape.clone());
            if let What::Layer(layer) = self.calls[value.var.0].what
                && let Some((_, output)) = &mut self.placed[layer]
            {
                *output = Some(shape.clone());
            }
        }
    }

    pub fn block(&mut self, block: &Block) -> Bound {
        let outside = self.locals.len();
        for statement in &block.statements {
            self.statement(statement);
        }
        let result = block.result.as_ref().map_or(Bound::Unknown, |result| self.expression(result));
        for local in self.locals.drain(outside..) {
            if !local.is_used && !local.name.to_string().starts_with('_') {
                self.warnings.unused.push(local.name);
            }
        }
        result
    }

    fn statement(&mut self, statement: &Let) {
        let first = self.calls.len();
        let bound = self.expression(&statement.value);
        if let Some(annotation) = &statement.annotation
            && let (Bound::Value(value), Some(shape)) = (&bound, &annotation.shape)
        {
            self.believe(*value, shape);
            if let Some(found) = self.known(*value, &statement.value)
                && found != *shape
            {
                let message = format!("{} has shape {found}, not {shape}", statement.value.called());
                self.cx.report_with_help(annotation, message, format!("write `{found}`, or leave the shape out"));
            }
        }
        if let (Pattern::Name(name), Bound::Value(value)) = (&statement.pattern, &bound)
            && value.var.0 >= first
            && !matches!(self.calls[value.var.0].what, What::Parameter(..))
        {
            self.calls[value.var.0].name = name.unraw().to_string();
        }
        if let (Some(annotation), Pattern::Tuple(..)) = (&statement.annotation, &statement.pattern) {
            let help = "leave it out, or write a `let` for each value";
            self.cx.report_with_help(annotation, "a shape is that of one value, and here are several", help);
        }
        self.bind(&statement.pattern, bound);
    }

    fn bind(&mut self, pattern: &Pattern, bound: Bound) {
        match (pattern, bound) {
            (Pattern::Anything(_), _) => {}
            (Pattern::Unreadable(names, _), _) => {
                for name in names {
                    let bound = Bound::Unknown;
                    self.locals.push(Local { name: name.clone(), bound, is_used: true, is_input: false });
                }
            }
            (Pattern::Name(name), bound) => {
                self.locals.push(Local { name: name.clone(), bound, is_used: false, is_input: false });
            }
            (Pattern::Tuple(patterns, _), Bound::Tuple(parts)) if patterns.len() == parts.len() => {
                for (pattern, part) in std::iter::zip(patterns, parts) {
                    self.bind(pattern, part);
                }
            }
            (Pattern::Tuple(patterns, written), bound) => {
                let count = patterns.len();
                match bound {
                    Bound::Tuple(parts) => {
                        let message = format!("there are {} values for {count} names", parts.len());
                        self.cx.report_with_help(written, message, "write a name, or `_`, for each value");
                    }
                    Bound::Value(_) => {
                        let help = "write a single name; `split` gives several values";
                        self.cx.report_with_help(written, format!("there is one value for {count} names"), help);
                    }
                    Bound::Unknown => {}
                }
                for name in pattern.names() {
                    let bound = Bound::Unknown;
                    self.locals.push(Local { name: name.clone(), bound, is_used: true, is_input: false });
                }
            }
        }
    }

    /// The results, if they are what the signature says.
    fn outputs(&mut self, body: &Block, result: Bound, signature: &Signature<'_>) -> Option<Vec<Var>> {
        let expression = body.result.as_deref()?;
        let parts: Vec<&Expression> = match &expression.kind {
            Kind::Tuple(parts) => parts.iter().collect(),
            _ => vec![expression],
        };
        let values = match result {
            Bound::Unknown => return None,
            Bound::Value(value) => vec![Bound::Value(value)],
            Bound::Tuple(values) => values,
        };
        let is_tuple = values.len() > 1 || matches!(expression.kind, Kind::Tuple(_));
        let (given, said) = (values.len(), signature.outputs.len());
        if given != said {
            let plural = |count: usize| if count == 1 { "1 output".to_owned() } else { format!("{count} outputs") };
            let message =
                format!("`{}` says that it gives {}, but its body gives {given}", signature.name, plural(said));
            let shape = |bound: &Bound| match bound {
                Bound::Value(value) => self.shapes[value.var.0].as_ref().map(ToString::to_string),
                _ => None,
            };
            let shapes: Option<Vec<String>> = values.iter().map(shape).collect();
            let help = match (is_tuple, shapes) {
                (true, Some(shapes)) => {
                    format!("write the shape of each after the arrow: `-> ({})`", shapes.join(", "))
                }
                (true, None) => "write the shape of each after the arrow: `-> ([7], [1])`".to_owned(),
                (false, _) => "end the body with as many values: `(a, b)`".to_owned(),
            };
            self.cx.report_with_help(expression, message, help);
            return None;
        }
        let mut outputs = Vec::new();
        for (index, bound) in values.into_iter().enumerate() {
            let at = if parts.len() == given { parts[index] } else { expression };
            let said = &signature.outputs[index];
            match bound {
                Bound::Value(value) if value.is_condition => {
                    let help = format!("write `select({}, 1.0, 0.0)`", at.or("condition"));
                    self.cx.report_with_help(at, "an output is a number, and this is a condition", help);
                }
                Bound::Value(value) => {
                    let Some(shape) = &said.shape else { continue };
                    self.believe(value, shape);
                    let Some(found) = self.known(value, at) else { continue };
                    if found == *shape {
                        outputs.push(value.var);
                    } else {
                        let message =
                            format!("`{}` gives {shape}, but {} has shape {found}", signature.name, at.called());
                        let help = match given {
                            _ if signature.is_differentiable => {
                                format!("a gradient is that of one number: write `sum({})`, say", at.or("y"))
                            }
                            1 => format!("write `-> {found}` if that is meant"),
                            _ => format!("write `{found}` in its place after the arrow, if that is meant"),
                        };
                        self.cx.report_with_help(at, message, help);
                    }
                }
                Bound::Tuple(_) => {
                    self.cx.report_with_help(at, "an output is one value", "write the values of all tuples one by one");
                }
                Bound::Unknown => {}
            }
        }
        (outputs.len() == given).then_some(outputs)
    }

    /// Whatever is left to be said at the end, and the shapes before and after each line.
    fn finish(&mut self, reach: &reach::Reach) -> Vec<Option<(Shape, Shape)>> {
        for (call, shape) in std::iter::zip(&mut self.calls, &self.shapes) {
            if let Some(shape) = shape {
                call.shape.clone_from(shape);
            }
        }
        reach::report(self, reach);
        let mut shapes = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            let (input, output) = self.placed[index].clone().unwrap_or_default();
            let fallback = || match &self.layers[index] {
                Some(Layer::Dense(dense)) => {
                    let input = dense.input.clone().and_then(|input| Shape::new(vec![input]));
                    (input, Shape::new(vec![dense.output.clone()]))
                }
                Some(Layer::Param(parameter)) => (Some(parameter.shape.clone()), Some(parameter.shape.clone())),
                Some(Layer::Embedding(table)) => (Shape::new(vec![Dim::from(1)]), Shape::new(vec![table.shape.last()])),
                _ => (Some(Shape::scalar()), Some(Shape::scalar())),
            };
            let (guess_in, guess_out) = fallback();
            let both = input.or(guess_in).zip(output.or(guess_out));
            if let (None, Some(_), Some(name), false) = (&both, &self.layers[index], &line.name, self.cx.has_some()) {
                let help = format!("call it, `{name}(x)`, or remove it");
                let message = format!("nothing calls `{name}`, so its input size is not known");
                self.cx.report_with_help(line.call(), message, help);
            }
            shapes.push(both);
        }
        shapes
    }
}
