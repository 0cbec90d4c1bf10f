//! A function: its statements one after the other, each name with what it stands for.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;

use super::{Checked, reach};
use crate::ast::{Block, Expression, Function, Infix, Kind, Let, Line, Pattern, Prefix, ShapeNode};
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::errors::Errors;
use crate::layer::Layer;
use crate::model::{Call, Constant, Program, Var, Warnings, What};
use crate::names;
use crate::parse::Dimensions;
use crate::shape::Shape;

/// What a function takes and gives.
pub struct Signature<'a> {
    pub name: &'a Ident,
    pub inputs: Vec<(&'a Ident, Option<Shape>)>,
    pub outputs: Vec<ShapeNode>,
    /// What stands after the arrow.
    pub output: &'a TokenStream,
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
    let signature = Signature {
        name: &function.name,
        inputs: function.inputs.iter().map(|input| (&input.name, input.shape.shape.clone())).collect(),
        outputs: function.outputs.clone(),
        output: &function.output,
    };
    check(cx, model, dimensions, lines, layers, signature, &function.body)
}

/// Checks a function; nothing if a mistake was reported.
pub fn check(
    cx: &Errors,
    owner: &Ident,
    dimensions: &Dimensions,
    lines: &[Line],
    layers: &[Option<Layer>],
    signature: Signature<'_>,
    body: &Block,
) -> Option<Checked> {
    let mut walk = Walk {
        cx,
        owner,
        dimensions,
        lines,
        layers,
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
        if local.is_input && !local.is_used && !name.to_string().starts_with('_') {
            let help = format!("use it, or write `_{name}` if it is not needed");
            cx.report_with_help(name, format!("nothing uses the input `{name}`"), help);
        }
    }
    let outputs = outputs?;
    let reach = reach::reach(&walk, &outputs);
    let shapes = walk.finish(&reach)?;
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

struct Local {
    name: Ident,
    bound: Bound,
    is_used: bool,
    is_input: bool,
}

/// The walk through a function.
pub struct Walk<'a> {
    pub cx: &'a Errors,
    /// The name of the model, or of the function itself.
    pub owner: &'a Ident,
    pub dimensions: &'a Dimensions,
    pub lines: &'a [Line],
    pub layers: &'a [Option<Layer>],
    /// The shapes before and after each layer, once it was called.
    pub placed: Vec<Option<(Option<Shape>, Option<Shape>)>>,
    /// The values of parameters that were named.
    parameters: Vec<((usize, &'static str), Value)>,
    pub calls: Vec<Call>,
    /// The shape of each call's result; nothing for that of another model, until its use tells.
    pub shapes: Vec<Option<Shape>>,
    /// Where each call stands.
    pub tokens: Vec<TokenStream>,
    locals: Vec<Local>,
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
            let help = format!("write it in its line, such as `{}(54 => 32)`, or at a `let`: `let h: [32] = …;`", line.kind);
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
                let message = format!("this value has shape {found}, not {shape}");
                self.cx.report_with_help(annotation, message, format!("write {found}, or leave the shape out"));
            }
        }
        if let (Pattern::Name(name), Bound::Value(value)) = (&statement.pattern, &bound)
            && value.var.0 >= first
            && !matches!(self.calls[value.var.0].what, What::Parameter(..))
        {
            self.calls[value.var.0].name = name.unraw().to_string();
        }
        self.bind(&statement.pattern, bound, &statement.value);
    }

    fn bind(&mut self, pattern: &Pattern, bound: Bound, value: &Expression) {
        match (pattern, bound) {
            (Pattern::Anything(_), _) => {}
            (Pattern::Name(name), bound) => {
                self.locals.push(Local { name: name.clone(), bound, is_used: false, is_input: false });
            }
            (Pattern::Tuple(patterns, _), Bound::Tuple(parts)) if patterns.len() == parts.len() => {
                for (pattern, part) in std::iter::zip(patterns, parts) {
                    self.bind(pattern, part, value);
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

    /// An expression that must be one value.
    pub fn value(&mut self, expression: &Expression) -> Option<Value> {
        match self.expression(expression) {
            Bound::Value(value) => Some(value),
            Bound::Unknown => None,
            Bound::Tuple(parts) => {
                let message = format!("one value is expected here, and these are {}", parts.len());
                self.cx.report_with_help(expression, message, "take them apart first: `let (a, b) = …;`");
                None
            }
        }
    }

    /// An expression that must be a number for each index, not a condition.
    pub fn number(&mut self, expression: &Expression) -> Option<Value> {
        let value = self.value(expression)?;
        if value.is_condition {
            let help = "write `select(condition, 1.0, 0.0)` for numbers";
            self.cx.report_with_help(expression, "this is a condition, and a number is expected here", help);
            return None;
        }
        Some(value)
    }

    /// An expression that must be a condition.
    pub fn condition(&mut self, expression: &Expression) -> Option<Value> {
        let value = self.value(expression)?;
        if !value.is_condition {
            let help = "write a comparison, such as `x > 0.0`";
            self.cx.report_with_help(expression, "this is a number, and a condition is expected here", help);
            return None;
        }
        Some(value)
    }

    pub fn expression(&mut self, expression: &Expression) -> Bound {
        let value = match &expression.kind {
            Kind::Unreadable => None,
            Kind::Name(name) => return self.name(name),
            Kind::Number(decimal) => Some(self.constant(Constant::Written(decimal.clone()), expression)),
            Kind::Constant => Some(self.constant(Constant::Path(expression.tokens.clone()), expression)),
            Kind::Field(name, field) => self.field(expression, name, field),
            Kind::Tuple(parts) => return Bound::Tuple(parts.iter().map(|part| self.expression(part)).collect()),
            Kind::Block(block) => return self.block(block),
            Kind::Array(parts) => self.array(expression, parts),
            Kind::Prefix(sign, inner) => self.prefix(expression, *sign, inner),
            Kind::Infix(sign, a, b) => self.infix(expression, *sign, a, b),
            Kind::Call(name, given) => return self.call(expression, name, given),
            Kind::Index(inner, index) => self.index(expression, inner, index),
            Kind::Range(..) => {
                let help = "write `slice(x, 1..3)`, or `x[1..3]` for the first axis";
                self.cx.report_with_help(expression, "a range is no value", help);
                None
            }
        };
        value.map_or(Bound::Unknown, Bound::Value)
    }

    pub fn constant(&mut self, constant: Constant, tokens: impl ToTokens) -> Value {
        self.push(What::Constants(vec![constant]), vec![], Shape::scalar(), "constant", tokens)
    }

    fn name(&mut self, name: &Ident) -> Bound {
        if let Some(local) = self.locals.iter_mut().rev().find(|local| local.name == *name) {
            local.is_used = true;
            return local.bound.clone();
        }
        if let Some(dim) = self.dimensions.get(name) {
            return Bound::Value(self.constant(Constant::Count(dim), name));
        }
        let layer = self.lines.iter().position(|line| line.name.as_ref() == Some(name));
        let Some(layer) = layer else {
            let known: Vec<String> = self.locals.iter().map(|local| local.name.to_string()).collect();
            let layers = self.lines.iter().filter_map(|line| line.name.as_ref()).map(ToString::to_string);
            let known: Vec<String> = known.into_iter().chain(layers).collect();
            let help = names::suggestion(&name.to_string(), known.iter().map(String::as_str));
            self.cx.report_with_help(name, format!("there is no value `{name}`"), help);
            return Bound::Unknown;
        };
        match &self.layers[layer] {
            Some(Layer::Param(_)) => self.parameter(layer, "", name).map_or(Bound::Unknown, Bound::Value),
            Some(_) => {
                let help = format!("call it: `{name}(x)`");
                self.cx.report_with_help(name, format!("`{name}` is a layer, not a value"), help);
                Bound::Unknown
            }
            None => Bound::Unknown,
        }
    }

    /// `hidden.weight`
    fn field(&mut self, expression: &Expression, name: &Ident, field: &Ident) -> Option<Value> {
        let layer = self.lines.iter().position(|line| line.name.as_ref() == Some(name));
        let fields: &[&'static str] = match layer.and_then(|layer| self.layers[layer].as_ref()) {
            Some(Layer::Dense(dense)) if dense.bias => &["weight", "bias"],
            Some(Layer::Dense(_) | Layer::Embedding(_)) => &["weight"],
            None if layer.is_some() => return None,
            _ => {
                let help = "take a tuple apart by `let (a, b) = …;`; only layers have fields, such as `hidden.weight`";
                self.cx.report_with_help(expression, format!("`{name}` has no fields"), help);
                return None;
            }
        };
        let Some(field) = fields.iter().find(|known| field == **known) else {
            let help = format!("its fields are {}", names::list(fields.iter().copied()));
            self.cx.report_with_help(field, format!("`{name}` has no field `{field}`"), help);
            return None;
        };
        self.parameter(layer?, field, expression)
    }

    /// The value of a parameter.
    fn parameter(&mut self, layer: usize, field: &'static str, tokens: impl ToTokens) -> Option<Value> {
        if let Some((_, value)) = self.parameters.iter().find(|(known, _)| *known == (layer, field)) {
            return Some(*value);
        }
        let layers = self.layers;
        let layer_of = layers[layer].as_ref()?;
        let input = match (layer_of, &self.placed[layer]) {
            (Layer::Dense(dense), None) => Shape::new(vec![dense.input.clone()?])?,
            (_, Some((Some(input), _))) => input.clone(),
            _ => Shape::scalar(),
        };
        let parameter = layer_of.parameters(&input).into_iter().find(|parameter| parameter.field == field)?;
        let line = &self.lines[layer];
        let name = line.name.as_ref().map(|name| name.unraw().to_string()).unwrap_or_default();
        let name = if field.is_empty() { name } else { format!("{name}_{field}") };
        let value = self.push(What::Parameter(layer, field), vec![], parameter.shape, name, tokens);
        self.parameters.push(((layer, field), value));
        Some(value)
    }

    /// `[0.5, 1.0]`: constants, or values that are stacked.
    fn array(&mut self, expression: &Expression, parts: &[Expression]) -> Option<Value> {
        if parts.is_empty() {
            let help = "write at least one value in the brackets";
            self.cx.report_with_help(expression, "an array has at least one value", help);
            return None;
        }
        let values: Vec<Option<Value>> = parts.iter().map(|part| self.number(part)).collect();
        let values = values.into_iter().collect::<Option<Vec<Value>>>()?;
        let constants: Option<Vec<Vec<Constant>>> = values
            .iter()
            .map(|value| match &self.calls[value.var.0].what {
                What::Constants(constants) => Some(constants.clone()),
                _ => None,
            })
            .collect();
        let first = self.known(values[0], &parts[0])?;
        for (value, part) in std::iter::zip(&values, parts).skip(1) {
            let shape = self.known(*value, part)?;
            if shape != first {
                let message = format!("the parts of an array have one shape, but this has {shape} and the first {first}");
                self.cx.report_with_help(part, message, "`concat` joins arrays of different lengths");
                return None;
            }
        }
        let sizes = std::iter::once(Dim::from(parts.len())).chain(first.sizes().iter().cloned()).collect();
        let shape = self.rank_checked(expression, sizes)?;
        Some(match constants {
            Some(constants) => {
                let what = What::Constants(constants.into_iter().flatten().collect());
                self.push(what, vec![], shape, "constants", expression)
            }
            None => self.stacked(values, 0, shape, expression),
        })
    }

    fn prefix(&mut self, expression: &Expression, sign: Prefix, inner: &Expression) -> Option<Value> {
        if let (Prefix::Minus, Some(decimal)) = (sign, expression.number()) {
            return Some(self.constant(Constant::Written(decimal), expression));
        }
        let function = match sign {
            Prefix::Minus => Elementwise::Neg,
            Prefix::Not => Elementwise::Not,
        };
        let value = if sign == Prefix::Not { self.condition(inner)? } else { self.number(inner)? };
        let shape = self.known(value, inner)?;
        let mut result = self.push(What::Map(function.clone()), vec![value], shape, function.to_string(), expression);
        result.is_condition = sign == Prefix::Not;
        Some(result)
    }

    fn infix(&mut self, expression: &Expression, sign: Infix, a: &Expression, b: &Expression) -> Option<Value> {
        let function = match sign {
            Infix::Add => Elementwise::Add,
            Infix::Sub => Elementwise::Sub,
            Infix::Mul => Elementwise::Mul,
            Infix::Div => Elementwise::Div,
            Infix::Less => Elementwise::Less,
            Infix::LessEqual => Elementwise::LessEqual,
            Infix::Greater => Elementwise::Greater,
            Infix::GreaterEqual => Elementwise::GreaterEqual,
            Infix::Equal => Elementwise::Equal,
            Infix::NotEqual => Elementwise::NotEqual,
            Infix::And => Elementwise::And,
            Infix::Or => Elementwise::Or,
        };
        let joins = matches!(sign, Infix::And | Infix::Or);
        let read = |walk: &mut Self, side| if joins { walk.condition(side) } else { walk.number(side) };
        let (x, y) = (read(self, a), read(self, b));
        let does = match sign {
            Infix::Add => "added",
            Infix::Sub => "subtracted",
            Infix::Mul => "multiplied",
            Infix::Div => "divided",
            Infix::And | Infix::Or => "joined",
            _ => "compared",
        };
        let mut result = self.elementwise(expression, function, &[(x?, a), (y?, b)], does)?;
        result.is_condition = !matches!(sign, Infix::Add | Infix::Sub | Infix::Mul | Infix::Div);
        Some(result)
    }

    /// `x[2]`, `x[1..3]`: of the first axis.
    fn index(&mut self, expression: &Expression, inner: &Expression, index: &Expression) -> Option<Value> {
        let value = self.number(inner)?;
        let shape = self.known(value, inner)?;
        let Some(size) = shape.sizes().first().cloned() else {
            self.cx.report_with_help(inner, "a scalar has no indices", "use it as it is");
            return None;
        };
        let rest = &shape.sizes()[1..];
        if matches!(index.kind, Kind::Range(..)) {
            let (start, count) = self.range(index, &size)?;
            let sizes = std::iter::once(count).chain(rest.iter().cloned()).collect();
            let part = Shape::new(sizes).expect("a part is smaller than the whole");
            return Some(self.push(What::Slice { axis: 0, start }, vec![value], part, "slice", expression));
        }
        let start = self.size(index)?;
        if size.minus(&(&start + &Dim::from(1))).is_none() {
            let message = format!("there is no index {start}: the axis has {size} values");
            self.cx.report_with_help(index, message, "indices are counted from 0");
            return None;
        }
        let sizes = std::iter::once(Dim::from(1)).chain(rest.iter().cloned()).collect();
        let part = Shape::new(sizes).expect("a part is smaller than the whole");
        let part = self.push(What::Slice { axis: 0, start }, vec![value], part, "slice", expression);
        let shape = Shape::new(rest.to_vec()).expect("a part is smaller than the whole");
        Some(self.push(What::Reshape, vec![part], shape, "slice", expression))
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
            let message = format!("`{}` gives {}, but its body gives {}", signature.name, plural(said), plural(given));
            let help = if is_tuple {
                "write the shape of each after the arrow: `-> ([7], [1])`"
            } else {
                "end the body with as many values: `(a, b)`"
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
                    let help = "write `select(condition, 1.0, 0.0)`";
                    self.cx.report_with_help(at, "an output is a number, and this is a condition", help);
                }
                Bound::Value(value) => {
                    let Some(shape) = &said.shape else { continue };
                    self.believe(value, shape);
                    let Some(found) = self.known(value, at) else { continue };
                    if found == *shape {
                        outputs.push(value.var);
                    } else {
                        let message = format!("`{}` gives {shape}, but this has shape {found}", signature.name);
                        self.cx.report_with_help(at, message, format!("write `-> {found}` if that is meant"));
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
    fn finish(&mut self, reach: &reach::Reach) -> Option<Vec<Option<(Shape, Shape)>>> {
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
            if both.is_none() && self.layers[index].is_some() && line.name.is_some() {
                let help = format!("call it, `{}(x)`, or remove it", line.name.as_ref().expect("it has a name"));
                let message = format!("nothing calls {}, so its input size is not known", line.label());
                self.cx.report_with_help(line.call(), message, help);
            }
            shapes.push(both);
        }
        Some(shapes)
    }
}
