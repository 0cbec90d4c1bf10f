//! Expressions: what each stands for.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;

use super::function::{Bound, Value, Walk};
use crate::ast::{Expression, Infix, Kind, Prefix};
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::layer::Layer;
use crate::model::{Constant, What};
use crate::names;
use crate::shape::Shape;

impl Walk<'_> {
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
            let help = format!("write `select({}, 1.0, 0.0)` for numbers", expression.or("condition"));
            self.cx.report_with_help(expression, "this is a condition, and a number is expected here", help);
            return None;
        }
        Some(value)
    }

    /// An expression that must be a condition.
    pub fn condition(&mut self, expression: &Expression) -> Option<Value> {
        let value = self.value(expression)?;
        if !value.is_condition {
            let help = match expression.number() {
                // `x > 0.0 & y` is `x > (0.0 & y)`.
                Some(_) => "put each comparison in brackets: `(a > 0.0) & (b > 0.0)`".to_owned(),
                None => format!("write a comparison, such as `{} > 0.0`", expression.or("x")),
            };
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
            // A value may have a name in capitals too.
            Kind::Constant => match syn::parse2::<Ident>(expression.tokens.clone()) {
                Ok(name) if self.line(&name).is_some() || self.locals.iter().any(|local| local.name == name) => {
                    return self.name(&name);
                }
                _ => Some(self.constant(Constant::Path(expression.tokens.clone()), expression)),
            },
            Kind::Field(name, field) => self.field(expression, name, field),
            Kind::Tuple(parts) => return Bound::Tuple(parts.iter().map(|part| self.expression(part)).collect()),
            Kind::Block(block) => return self.block(block),
            Kind::Array(parts) => self.array(expression, parts),
            Kind::Prefix(sign, inner) => self.prefix(expression, *sign, inner),
            Kind::Infix(sign, a, b) => self.infix(expression, *sign, a, b),
            Kind::Call(name, given) => return self.call(expression, name, given),
            Kind::GradientOf(name, what, given) => return self.gradient_of(expression, name, what, given),
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
        let Some(layer) = self.line(name) else {
            self.unknown_value(name);
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
        let layer = self.line(name);
        let fields: &[&'static str] = match layer.and_then(|layer| self.layers[layer].as_ref()) {
            Some(Layer::Dense(dense)) if dense.bias => &["weight", "bias"],
            Some(Layer::Dense(_) | Layer::Embedding(_)) => &["weight"],
            None if layer.is_some() => return None,
            _ => {
                self.unknown_field(expression, name, field);
                return None;
            }
        };
        let Some(field) = fields.iter().find(|known| field == **known) else {
            let help = match fields {
                [only] => format!("its only field is `{only}`"),
                fields => format!("its fields are {}", names::list(fields.iter().copied())),
            };
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
            (Layer::Dense(dense), None) => {
                let Some(size) = dense.input.clone() else {
                    let line = &self.lines[layer];
                    let message = format!("the input size of {} is not known here", line.label());
                    let help = format!("write it: `{}`", line.with_sizes(784, &dense.output));
                    self.cx.report_with_help(tokens, message, help);
                    return None;
                };
                Shape::new(vec![size])?
            }
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
                let message = format!(
                    "the parts of an array have one shape, but {} has shape {first} and {} has shape {shape}",
                    parts[0].called(),
                    part.called()
                );
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
        let (x, y) = if joins {
            let x = self.condition(a);
            // One message is enough where brackets are missing.
            let y = if x.is_some() { self.condition(b) } else { self.value(b) };
            (x, y)
        } else {
            (self.number(a), self.number(b))
        };
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
        let start = self.position(index, &size, inner)?;
        let sizes = std::iter::once(Dim::from(1)).chain(rest.iter().cloned()).collect();
        let part = Shape::new(sizes).expect("a part is smaller than the whole");
        let part = self.push(What::Slice { axis: 0, start }, vec![value], part, "slice", expression);
        let shape = Shape::new(rest.to_vec()).expect("a part is smaller than the whole");
        Some(self.push(What::Reshape, vec![part], shape, "slice", expression))
    }
}
