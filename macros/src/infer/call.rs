//! Calls of functions: the shape of each result.

use proc_macro2::Ident;
use quote::ToTokens;

use super::arguments::Arguments;
use super::broadcast;
use super::function::{Bound, Value, Walk};
use crate::activation::{Activation, Kind as ActivationKind};
use crate::ast::{Expression, Given, Kind, short};
use crate::dim::Dim;
use crate::elementwise::{self, Elementwise};
use crate::functions;
use crate::layer::Layer;
use crate::model::{Statistic, What};
use crate::shape::Shape;
use crate::size::MAX_RANK;

impl Walk<'_> {
    /// `hidden(x)`, `concat(a, b)`
    pub fn call(&mut self, call: &Expression, name: &Ident, given: &[Given]) -> Bound {
        let text = name.to_string();
        if let Some(function) = self.callee(name) {
            return self.call_function(call, function, given);
        }
        let value = if let Some(layer) = self.line(name) {
            self.layer(call, layer, name, given)
        } else if let Some(row) = functions::find(&text) {
            let Some(arguments) = Arguments::read(self, row, call, given) else {
                for given in given {
                    self.expression(&given.value);
                }
                return Bound::Unknown;
            };
            if text == "split" {
                return self.split(call, &arguments).map_or(Bound::Unknown, Bound::Tuple);
            }
            self.function(call, &text, &arguments)
        } else if let Some(function) = elementwise::unary(&text) {
            self.unary(call, &text, function, given)
        } else if functions::is_function(&text) {
            self.activation(call, name, given)
        } else {
            self.unknown_function(call, name);
            for given in given {
                self.expression(&given.value);
            }
            None
        };
        value.map_or(Bound::Unknown, Bound::Value)
    }

    fn unary(&mut self, call: &Expression, name: &str, function: Elementwise, given: &[Given]) -> Option<Value> {
        let [Given { name: None, value: argument }] = given else {
            let message = format!("`{name}` takes 1 argument, but {} given", super::arguments::count(given.len()));
            self.cx.report_with_help(call, message, format!("write it as `{name}(x)`"));
            for given in given {
                self.expression(&given.value);
            }
            return None;
        };
        let value = self.number(argument)?;
        let shape = self.known(value, argument)?;
        Some(self.push(What::Map(function), vec![value], shape, name, call))
    }

    /// `relu(x)`, `leaky_relu(x, 0.1)`, `gelu(x, approximate = true)`
    fn activation(&mut self, call: &Expression, name: &Ident, given: &[Given]) -> Option<Value> {
        let Some((Given { name: None, value: argument }, options)) = given.split_first() else {
            self.cx.report_with_help(call, format!("`{name}` takes a value"), format!("write it as `{name}(x)`"));
            return None;
        };
        let value = self.number(argument);
        let activation = Activation::of_call(self.cx, name, call, options);
        let (value, activation) = (value?, activation?);
        let shape = self.known(value, argument)?;
        if activation.kind == ActivationKind::Linear {
            return Some(value);
        }
        let what = What::Map(Elementwise::Activation(activation));
        Some(self.push(what, vec![value], shape, name.to_string(), call))
    }

    /// A function of several values, after broadcasting.
    pub fn elementwise(
        &mut self,
        call: &Expression,
        function: Elementwise,
        operands: &[(Value, &Expression)],
        does: &str,
    ) -> Option<Value> {
        // What another model gives has the shape of what it is combined with.
        let known = operands.iter().find_map(|(value, _)| self.shapes[value.var.0].clone());
        let mut shape: Option<Shape> = None;
        for (value, expression) in operands {
            if let Some(known) = &known {
                self.believe(*value, known);
            }
            let operand = self.known(*value, expression)?;
            shape = Some(match shape {
                None => operand,
                Some(before) => {
                    let Some(both) = broadcast::broadcast(&before, &operand) else {
                        let sides = (operands[0].1, *expression);
                        self.report_shapes(call, sides, (&before, &operand), does);
                        return None;
                    };
                    both
                }
            });
        }
        let name = function.to_string().replace(' ', "_");
        let values = operands.iter().map(|(value, _)| *value).collect();
        Some(self.push(What::Map(function), values, shape?, name, call))
    }

    /// Says that two shapes do not broadcast.
    fn report_shapes(
        &self,
        call: &Expression,
        (a, b): (&Expression, &Expression),
        (left, right): (&Shape, &Shape),
        does: &str,
    ) {
        let message = match (short(&a.tokens), short(&b.tokens)) {
            (Some(a), Some(b)) if a != b => {
                format!("`{a}` has shape {left} and `{b}` has shape {right}: they cannot be {does} value by value")
            }
            _ => format!("shapes {left} and {right} cannot be {does} value by value"),
        };
        // Whether one belongs to the outer axes of the other.
        let outer = |inner: &Shape, other: &Shape| {
            let ones = other.rank().checked_sub(inner.rank()).filter(|&ones| ones > 0)?;
            let sizes = inner.sizes().iter().cloned().chain(std::iter::repeat_n(Dim::from(1), ones)).collect();
            Shape::new(sizes).filter(|column| broadcast::broadcast(column, other).is_some())
        };
        let help = match (outer(right, left), outer(left, right)) {
            (Some(column), _) => format!("write `reshape({}, {column})`, if that is meant", b.or("b")),
            (_, Some(column)) => format!("write `reshape({}, {column})`, if that is meant", a.or("a")),
            _ => "counted from the last axis, two sizes are equal or one of them is 1".to_owned(),
        };
        self.cx.report_with_help(call, message, help);
    }

    fn function(&mut self, call: &Expression, name: &str, arguments: &Arguments<'_>) -> Option<Value> {
        match name {
            "pow" => self.pow(call, arguments),
            "minimum" => self.both(call, arguments, Elementwise::Minimum),
            "maximum" => self.both(call, arguments, Elementwise::Maximum),
            "clip" => self.clip(call, arguments),
            "select" => self.select(call, arguments),
            "matmul" => self.matmul(call, arguments),
            "dot" => self.dot(call, arguments),
            "outer" => self.outer(call, arguments),
            "concat" => self.concat(call, arguments),
            "stack" => self.stack(call, arguments),
            "one_hot" => self.one_hot(call, arguments),
            "lookup" => self.lookup(call, arguments),
            "dropout" => self.dropout(call, arguments),
            "grad" => self.gradient(call, arguments),
            _ => {
                let argument = arguments.values[0];
                let value = self.number(argument)?;
                let shape = self.known(value, argument)?;
                self.function_of_one(call, name, arguments, value, &shape)
            }
        }
    }

    /// A function of one value with options.
    fn function_of_one(
        &mut self,
        call: &Expression,
        name: &str,
        arguments: &Arguments<'_>,
        value: Value,
        shape: &Shape,
    ) -> Option<Value> {
        let statistic = match name {
            "sum" => Some(Statistic::Sum),
            "mean" => Some(Statistic::Mean),
            "max" => Some(Statistic::Max),
            "min" => Some(Statistic::Min),
            "variance" => Some(Statistic::Variance),
            "norm" => Some(Statistic::Norm),
            "logsumexp" => Some(Statistic::LogSumExp),
            _ => None,
        };
        if let Some(statistic) = statistic {
            let axes = self.axes(arguments.option("axis"), shape)?;
            let keep = self.flag(arguments.option("keep"))?;
            let sizes = shape.sizes().iter().enumerate();
            let sizes =
                sizes.filter_map(
                    |(axis, size)| {
                        if axes.contains(&axis) { keep.then(|| Dim::from(1)) } else { Some(size.clone()) }
                    },
                );
            let result = Shape::new(sizes.collect()).expect("a reduction has fewer values");
            return Some(self.push(What::Reduce(statistic, axes), vec![value], result, name, call));
        }
        let argument = arguments.values[0];
        let (what, result) = match name {
            "transpose" => return self.transpose(call, arguments, value, shape),
            "slice" => {
                let axis = self.axis_or_last(call, arguments.option("axis"), shape)?;
                let (start, count) = self.range(arguments.values[1], &shape.sizes()[axis])?;
                (What::Slice { axis, start }, with_size(shape, axis, count)?)
            }
            "reshape" => {
                if let Some(inferred) = inferred(arguments.values[1], shape) {
                    let help = format!("write {inferred}");
                    self.cx.report_with_help(arguments.values[1], "no size is inferred here", help);
                    return None;
                }
                let to = self.shape(arguments.values[1])?;
                self.check_count(call, argument, shape, &to)?;
                (What::Reshape, to)
            }
            "flatten" => (What::Reshape, Shape::new(vec![shape.count()])?),
            "broadcast" => {
                let to = self.shape(arguments.values[1])?;
                if broadcast::broadcast(shape, &to).as_ref() != Some(&to) {
                    let message = format!("{} has shape {shape}, which cannot be broadcast to {to}", argument.called());
                    let column = shape.sizes().iter().cloned();
                    let column = Shape::new(
                        column
                            .chain(std::iter::repeat_n(Dim::from(1), to.rank().saturating_sub(shape.rank())))
                            .collect(),
                    );
                    let column = column.filter(|column| broadcast::broadcast(column, &to).as_ref() == Some(&to));
                    let help = match column {
                        Some(column) => format!(
                            "write `broadcast(reshape({}, {column}), {to})`, if that is meant",
                            argument.or("x")
                        ),
                        None => "counted from the last axis, a size stays as it is or grows from 1".to_owned(),
                    };
                    self.cx.report_with_help(call, message, help);
                    return None;
                }
                (What::Broadcast, to)
            }
            "pad" => {
                let axis = self.axis_or_last(call, arguments.option("axis"), shape)?;
                let (before, after) = (self.size(arguments.values[1])?, self.size(arguments.values[2])?);
                let size = &(&shape.sizes()[axis] + &before) + &after;
                let result = with_size(shape, axis, size);
                if result.is_none() {
                    let help = "look for a digit too many in its sizes";
                    self.cx.report_with_help(call, "this has more values than a computer can address", help);
                }
                (What::Pad { axis, before }, result?)
            }
            "argmax" => {
                let axis = self.axis_or_last(call, arguments.option("axis"), shape)?;
                let mut sizes = shape.sizes().to_vec();
                sizes.remove(axis);
                (What::Argmax(axis), Shape::new(sizes)?)
            }
            "softmax" | "log_softmax" => {
                self.check_softmax_of_softmax(call, name, value, arguments.values[0]);
                let axis = self.axis_or_last(call, arguments.option("axis"), shape)?;
                (What::Softmax { axis, log: name == "log_softmax" }, shape.clone())
            }
            "stop_gradient" => (What::StopGradient, shape.clone()),
            _ => unreachable!("a function of the table without its rule"),
        };
        Some(self.push(what, vec![value], result, name, call))
    }

    /// A softmax of a layer's softmax is nearly uniform, and seldom meant.
    fn check_softmax_of_softmax(&self, call: &Expression, name: &str, value: Value, argument: &Expression) {
        let What::Layer(layer) = self.calls[value.var.0].what else { return };
        let activation = self.layers[layer].as_ref().and_then(Layer::activation);
        if activation.is_some_and(|activation| activation.kind.is_by_row()) {
            let message =
                format!("{} already ends in a softmax, and `{name}` is applied to it once more", argument.called());
            self.cx.report_with_help(call, message, "keep one of the two");
        }
    }

    /// Two numbers, after broadcasting.
    fn both(&mut self, call: &Expression, arguments: &Arguments<'_>, function: Elementwise) -> Option<Value> {
        let (a, b) = (arguments.values[0], arguments.values[1]);
        let (x, y) = (self.number(a), self.number(b));
        self.elementwise(call, function, &[(x?, a), (y?, b)], "combined")
    }

    fn pow(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let Some(power) = arguments.values[1].integer().and_then(|power| i32::try_from(power).ok()) else {
            return self.both(call, arguments, Elementwise::Pow);
        };
        let value = self.number(arguments.values[0])?;
        let shape = self.known(value, arguments.values[0])?;
        Some(self.push(What::Map(Elementwise::Powi(power)), vec![value], shape, "pow", call))
    }

    fn clip(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let [x, low, high] = [0, 1, 2].map(|index| arguments.values[index]);
        let (value, least, most) = (self.number(x), self.number(low), self.number(high));
        let above = self.elementwise(call, Elementwise::Maximum, &[(value?, x), (least?, low)], "clipped")?;
        self.elementwise(call, Elementwise::Minimum, &[(above, x), (most?, high)], "clipped")
    }

    fn select(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let [condition, a, b] = [0, 1, 2].map(|index| arguments.values[index]);
        let (c, x, y) = (self.condition(condition), self.number(a), self.number(b));
        self.elementwise(call, Elementwise::Select, &[(c?, condition), (x?, a), (y?, b)], "selected from")
    }

    fn dropout(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let value = self.number(arguments.values[0]);
        let rate = arguments.values[1];
        let Some(decimal) = rate.number().filter(|rate| !rate.is_negative() && rate.magnitude_to_one().is_lt()) else {
            let help = "the rate is the share of values that are dropped, such as 0.2";
            let message = match rate.number() {
                Some(rate) => format!("the rate of `dropout` is {rate}, but it must be at least 0 and less than 1"),
                None => "the rate of `dropout` is a number that is written here".to_owned(),
            };
            self.cx.report_with_help(rate, message, help);
            return None;
        };
        let shape = self.known(value?, arguments.values[0])?;
        Some(self.push(What::Dropout(decimal), vec![value?], shape, "dropout", call))
    }

    /// A shape of these sizes; reports one that has too many.
    pub fn rank_checked(&self, call: impl ToTokens, sizes: Vec<Dim>) -> Option<Shape> {
        if sizes.len() > MAX_RANK {
            let message = format!("a shape has at most {MAX_RANK} sizes, and this would have {}", sizes.len());
            self.cx.report_with_help(call, message, "merge sizes that are always used together by `reshape`");
            return None;
        }
        let shape = Shape::new(sizes);
        if shape.is_none() {
            let message = "this has more values than a computer can address";
            self.cx.report_with_help(call, message, "look for a digit too many in its sizes");
        }
        shape
    }
}

/// `[2, -1]` for a shape, with the size that other libraries infer.
fn inferred(written: &Expression, shape: &Shape) -> Option<String> {
    let Kind::Array(sizes) = &written.kind else { return None };
    let is_inferred = |size: &Expression| size.integer() == Some(-1);
    let others = sizes
        .iter()
        .filter(|size| !is_inferred(size))
        .map(|size| size.integer().and_then(|size| usize::try_from(size).ok()));
    let others: Vec<usize> = others.collect::<Option<_>>()?;
    let size = shape.count().over(others.iter().product())?;
    let sizes_of =
        |written: &Expression| if is_inferred(written) { size.to_string() } else { written.tokens.to_string() };
    (others.len() + 1 == sizes.len())
        .then(|| format!("`[{}]`", sizes.iter().map(sizes_of).collect::<Vec<_>>().join(", ")))
}

/// A shape with another size of one axis.
pub fn with_size(shape: &Shape, axis: usize, size: Dim) -> Option<Shape> {
    let mut sizes = shape.sizes().to_vec();
    sizes[axis] = size;
    Shape::new(sizes)
}
