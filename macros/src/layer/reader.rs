//! The arguments of a line, read for its kind.

use quote::quote;

use super::{Dense, KINDS, Layer, Nested, OF_THE_BIAS, OTHER_OPTION_NAMES, Parameter};
use crate::activation::Activation;
use crate::ast::{Argument, Line, Size, Sizes, Value};
use crate::constraint::Constraint;
use crate::decimal::Decimal;
use crate::dim::Dim;
use crate::errors::Errors;
use crate::initializer::Initializer;
use crate::names;
use crate::regularizer::Regularizer;
use crate::shape::Shape;
use crate::size::MAX_RANK;

/// Whether an option is the other one, of a part of its layer: `kernel_constraint`, `constraint`.
fn is_of_a_part(option: &str, whole: &str) -> bool {
    option.split_once('_').is_some_and(|(_, rest)| rest == whole)
}

/// Reads the arguments of one line, each once, and reports what remains.
pub struct Reader<'a> {
    cx: &'a Errors,
    line: &'a Line,
    example: &'a str,
    sizes: Option<&'a Sizes>,
    named: Vec<(String, &'a Value)>,
    positional: Vec<&'a Value>,
    /// Whether an error was reported that may explain what is missing.
    broken: bool,
}

impl<'a> Reader<'a> {
    pub fn new(cx: &'a Errors, line: &'a Line, options: &[&str], example: &'a str) -> Self {
        let mut reader =
            Self { cx, line, example, sizes: None, named: Vec::new(), positional: Vec::new(), broken: false };
        for argument in &line.arguments.list {
            match argument {
                Argument::Sizes(sizes) => match reader.sizes {
                    None => reader.sizes = Some(sizes),
                    Some(_) => reader.report(argument, "the sizes are given twice", "keep one of them"),
                },
                Argument::Positional(value) => reader.positional.push(value),
                Argument::Named(name, value) => {
                    let text = name.to_string();
                    if !options.contains(&text.as_str()) {
                        reader.unknown_option(argument, &text, options);
                    } else if reader.named.iter().any(|(known, _)| *known == text) {
                        reader.report(argument, format!("option `{text}` is given twice"), "keep one of them");
                    } else {
                        reader.named.push((text, value));
                    }
                }
            }
        }
        reader
    }

    fn report(&mut self, tokens: impl quote::ToTokens, message: impl std::fmt::Display, help: impl std::fmt::Display) {
        self.broken = true;
        self.cx.report_with_help(tokens, message, help);
    }

    fn unknown_option(&mut self, argument: &Argument, name: &str, options: &[&str]) {
        let kind = &self.line.kind;
        let owner = KINDS.iter().find(|(_, known, _)| known.contains(&name));
        let help = if let Some((_, help)) = OTHER_OPTION_NAMES.iter().find(|row| row.0 == name) {
            (*help).to_owned()
        } else if options.is_empty() {
            format!("`{kind}` has no options; write it as `{}`", self.example)
        } else if let Some(near) =
            options.iter().find(|option| is_of_a_part(option, name) || is_of_a_part(name, option))
        {
            format!("did you mean `{near}`?")
        } else {
            match (options, names::nearest(name, options.iter().copied())) {
                ([only], None) => format!("its only option is `{only}`"),
                _ => names::suggestion(name, options.iter().copied()),
            }
        };
        let message = match owner {
            Some((owner, _, _)) => format!("`{name}` is an option of `{owner}`, not of `{kind}`"),
            None => format!("`{kind}` has no option `{name}`"),
        };
        self.report(argument, message, help);
    }

    fn take(&mut self, option: &str) -> Option<&'a Value> {
        let index = self.named.iter().position(|(name, _)| name == option)?;
        Some(self.named.remove(index).1)
    }

    /// Reports every argument that nothing asked for, and says whether all is well.
    fn finish(mut self) -> bool {
        if let (Some(sizes), false) = (self.sizes, self.broken) {
            let message = format!("`{}` takes no `input => output`", self.line.kind);
            let help = match (self.line.kind == "Param", &sizes.input, &sizes.output) {
                (true, Size::Written(rows, _), Size::Written(columns, _)) => {
                    format!("write `Param({rows}, {columns})`")
                }
                _ => format!("write it as `{}`", self.example),
            };
            self.report(sizes, message, help);
        }
        for value in std::mem::take(&mut self.positional) {
            let message = format!("`{}` does not take this argument", self.line.kind);
            let help = format!("write it as `{}`", self.example);
            self.report(value, message, help);
        }
        !self.broken
    }

    pub fn nothing(self) -> Option<()> {
        self.finish().then_some(())
    }

    /// Sizes of at least 1, all positional.
    pub fn shape(mut self) -> Option<Shape> {
        if self.positional.is_empty() && !self.broken && self.sizes.is_none() {
            let message = format!("`{}` needs the sizes of a sample", self.line.kind);
            self.report(self.line.call(), message, format!("write it as `{}`", self.example));
        }
        let shape = self.positional_sizes();
        if self.finish() { shape } else { None }
    }

    /// All positional arguments as a shape.
    fn positional_sizes(&mut self) -> Option<Shape> {
        let mut sizes = Vec::new();
        for value in std::mem::take(&mut self.positional) {
            match value {
                Value::Integer(_, 0) => {
                    self.report(value, "a size of 0 leaves no values to compute with", "write a size of at least 1");
                }
                Value::Integer(_, size) => sizes.push(Dim::from(*size)),
                Value::Size(size, _) => sizes.push(size.clone()),
                _ => self.report(value, "a size is a whole number", format!("write it as `{}`", self.example)),
            }
        }
        if sizes.len() > MAX_RANK {
            let message = format!("a shape has at most {MAX_RANK} sizes, but {} are given", sizes.len());
            self.report(self.line.call(), message, "merge sizes that are always used together");
        }
        let shape = Shape::new(sizes);
        if shape.is_none() {
            self.too_large();
        }
        shape
    }

    /// A bare parameter: its sizes, none of them for a scalar, and how it begins.
    pub fn param(mut self) -> Option<Parameter> {
        let shape = self.positional_sizes();
        let default = if shape.as_ref().is_some_and(|shape| shape.rank() > 1) { "glorot_uniform" } else { "zeros" };
        let initializer = self.initializer("init", Initializer::named(default));
        let regularizer = self.regularizer(shape.as_ref());
        let constraint = self.constraint("constraint");
        let well = self.finish();
        let (shape, initializer) = (shape?, initializer?);
        well.then_some(Parameter { field: "", shape, initializer, regularizer, constraint })
    }

    /// The table of an embedding, `[rows, width]`.
    pub fn embedding(mut self) -> Option<Parameter> {
        let sizes = self.dense_sizes();
        if let (Some((None, _)), Some(written)) = (&sizes, self.sizes) {
            let help = format!("write how many indices there are, such as `1000 => {}`", written.output);
            self.report(&written.input, "the number of rows of an embedding cannot be inferred", help);
        }
        self.sizes = None;
        let initializer = self.initializer("init", Initializer::named("glorot_uniform"));
        let regularizer = self.regularizer(None);
        let constraint = self.constraint("constraint");
        let well = self.finish();
        let ((rows, width), initializer) = (sizes?, initializer?);
        let shape = Shape::new(vec![rows?, width])?;
        well.then_some(Parameter { field: "weight", shape, initializer, regularizer, constraint })
    }

    /// Another model, whose shapes may be written.
    pub fn nested(mut self) -> Option<Layer> {
        let side = |size: &Size| match size {
            Size::Written(dim, _) => Shape::new(vec![dim.clone()]),
            Size::Several(sizes, _) => Shape::new(sizes.clone()),
            Size::Inferred(_) => None,
        };
        let (input, output) = self.sizes.map_or((None, None), |sizes| (side(&sizes.input), side(&sizes.output)));
        self.sizes = None;
        let (before, kind, generics) = (&self.line.path, &self.line.kind, &self.line.generics);
        let generics: Vec<_> = generics.clone().into_iter().collect();
        let inside = generics.get(1..generics.len().saturating_sub(1)).unwrap_or_default().iter().cloned().collect();
        let nested = Nested { path: quote!(#before #kind), generics: inside, input, output };
        self.finish().then(|| Layer::Nested(Box::new(nested)))
    }

    fn too_large(&mut self) {
        let message = format!("{} has more values than a computer can address", self.line.label());
        self.report(self.line.call(), message, "look for a digit too many in its sizes");
    }

    pub fn dense(mut self) -> Option<Dense> {
        let sizes = self.dense_sizes();
        let named = self.take("activation");
        let positional = (!self.positional.is_empty()).then(|| self.positional.remove(0));
        if let (Some(value), Some(_)) = (positional, named) {
            self.report(value, "the activation is given twice", "keep one of them");
        }
        let activation = match named.or(positional) {
            None => Some(Activation::LINEAR),
            Some(value) => Activation::read(self.cx, value),
        };
        let bias = match self.take("bias") {
            None => true,
            Some(Value::Bool(literal)) => literal.value,
            Some(other) => {
                self.report(other, "`bias` is `true` or `false`", "write `bias = false` for a layer without one");
                true
            }
        };
        let kernel_initializer = self.initializer("kernel_initializer", Initializer::named("glorot_uniform"));
        for (option, verb) in OF_THE_BIAS {
            if let (false, Some((_, value))) = (bias, self.named.iter().find(|(name, _)| name == option)) {
                let (value, message) = (*value, format!("there is no bias to {verb}"));
                self.report(value, message, format!("remove `{option}`, or `bias = false`"));
            }
        }
        let bias_initializer = self.initializer("bias_initializer", Initializer::named("zeros"));
        let regularizer = self.regularizer(None);
        let (l1, l2) = (self.factor("bias_l1"), self.factor("bias_l2"));
        let bias_regularizer = Regularizer { l1, l2, ..Regularizer::default() };
        let (kernel_constraint, bias_constraint) =
            (self.constraint("kernel_constraint"), self.constraint("bias_constraint"));
        self.sizes = None;
        let well = self.finish();
        let (input, output) = sizes?;
        let (activation, kernel_initializer, bias_initializer) = (activation?, kernel_initializer?, bias_initializer?);
        well.then_some(Dense {
            input,
            output,
            bias,
            activation,
            kernel_initializer,
            bias_initializer,
            regularizer,
            bias_regularizer,
            kernel_constraint,
            bias_constraint,
        })
    }

    /// The sizes before and after the arrow, each at least 1 and together addressable.
    fn dense_sizes(&mut self) -> Option<(Option<Dim>, Dim)> {
        let Some(sizes) = self.sizes else {
            if !self.broken {
                let is_size = |value: &&Value| matches!(value, Value::Integer(..) | Value::Size(..));
                let integers: Vec<_> = self.positional.iter().copied().filter(is_size).collect();
                let help = match integers.as_slice() {
                    [input, output, ..] => {
                        format!("sizes read input => output; write {}", self.line.with_sizes(input, output))
                    }
                    [output] => {
                        format!(
                            "write {} to infer the input size from the layer above",
                            self.line.with_sizes("_", output)
                        )
                    }
                    [] => format!("write it as `{}`", self.example),
                };
                self.positional.retain(|value| !is_size(value));
                let message = format!("{} needs its sizes as `input => output`", self.line.label());
                self.report(self.line.call(), message, help);
            }
            return None;
        };
        for size in [&sizes.input, &sizes.output] {
            match size {
                Size::Written(dim, _) if dim.is(0) => {
                    self.report(size, "a size of 0 leaves no values to compute with", "write a size of at least 1");
                }
                Size::Several(..) => {
                    let message =
                        format!("`{}` works on the innermost size, so its sizes are single numbers", self.line.kind);
                    self.report(size, message, "put `Flatten` before it, or write the innermost size alone");
                    return None;
                }
                _ => {}
            }
        }
        let input = match &sizes.input {
            Size::Written(input, _) => Some(input.clone()),
            _ => None,
        };
        let Size::Written(output, _) = &sizes.output else {
            let help = format!("write `{} => 10`, say", sizes.input);
            self.report(&sizes.output, "only the input size can be inferred", help);
            return None;
        };
        if Shape::new(vec![input.clone().unwrap_or_else(|| Dim::from(1)), output.clone()]).is_none() {
            self.too_large();
        }
        Some((input, output.clone()))
    }

    fn initializer(&mut self, option: &str, default: Initializer) -> Option<Initializer> {
        self.take(option).map_or(Some(default), |value| Initializer::read(self.cx, value))
    }

    /// The penalties on a parameter; of a shape that is given where it may be no matrix.
    fn regularizer(&mut self, shape: Option<&Shape>) -> Regularizer {
        if let Some(shape) = shape.filter(|shape| shape.rank() != 2) {
            for option in ["orthogonal_rows", "orthogonal_columns"] {
                if let Some((_, value)) = self.named.iter().find(|(name, _)| name == option) {
                    let (value, label) = (*value, self.line.label());
                    let message = format!("`{option}` is for matrices, but {label} has shape {shape}");
                    self.report(value, message, "write `l1` or `l2`, or two sizes");
                }
            }
        }
        Regularizer {
            l1: self.factor("l1"),
            l2: self.factor("l2"),
            orthogonal_rows: self.factor("orthogonal_rows"),
            orthogonal_columns: self.factor("orthogonal_columns"),
        }
    }

    /// What a parameter is brought back to after each step, if anything.
    fn constraint(&mut self, option: &str) -> Option<Constraint> {
        let value = self.take(option)?;
        let constraint = Constraint::read(self.cx, value);
        self.broken |= constraint.is_none();
        constraint
    }

    /// A factor of regularization, which is not negative.
    fn factor(&mut self, option: &str) -> Option<Decimal> {
        let value = self.take(option)?;
        match value.decimal() {
            Some(factor) if !factor.is_negative() => Some(factor),
            Some(_) => {
                self.report(
                    value,
                    format!("`{option}` is negative"),
                    "a penalty on large weights is positive, such as `1e-4`",
                );
                None
            }
            None => {
                self.report(value, format!("`{option}` is a number"), format!("write `{option} = 1e-4`, say"));
                None
            }
        }
    }

    pub fn activation(mut self) -> Option<Activation> {
        let value = (!self.positional.is_empty()).then(|| self.positional.remove(0));
        if value.is_none() && !self.broken {
            let help = format!("write it as `{}`", self.example);
            self.report(self.line.call(), "`Activation` needs the name of an activation", help);
        }
        let activation = value.and_then(|value| Activation::read(self.cx, value));
        if self.finish() { activation } else { None }
    }

    /// A rate from 0 to less than 1.
    pub fn rate(mut self) -> Option<Decimal> {
        let value = self.take("rate").or_else(|| (!self.positional.is_empty()).then(|| self.positional.remove(0)));
        let rate = value.and_then(Value::decimal);
        match (value, &rate) {
            (None, _) if !self.broken => {
                let help = format!("write it as `{}`", self.example);
                self.report(self.line.call(), "`Dropout` needs its rate", help);
            }
            (Some(value), None) => {
                self.report(value, "the rate of `Dropout` is a number", format!("write it as `{}`", self.example));
            }
            (Some(value), Some(rate)) if rate.is_negative() || !rate.magnitude_to_one().is_lt() => {
                let message = format!("the rate of `Dropout` is {rate}, but it must be at least 0 and less than 1");
                self.report(value, message, "the rate is the share of values that are dropped, such as 0.2");
            }
            _ => {}
        }
        if self.finish() { rate } else { None }
    }
}
