//! Calls of functions: the shape of each result.

use proc_macro2::Ident;
use quote::ToTokens;

use super::arguments::Arguments;
use super::broadcast::{self, MatMul};
use super::function::{Bound, Value, Walk};
use crate::activation::{Activation, Kind as ActivationKind};
use crate::ast::{Expression, Given, Kind};
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
        let value = if let Some(layer) = self.lines.iter().position(|line| line.name.as_ref() == Some(name)) {
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
        } else if functions::names().any(|known| known == text) {
            self.activation(call, name, given)
        } else {
            self.unknown(name);
            for given in given {
                self.expression(&given.value);
            }
            None
        };
        value.map_or(Bound::Unknown, Bound::Value)
    }

    fn unknown(&self, name: &Ident) {
        if name == self.owner || name == "forward" {
            let help = "a model cannot call itself; write the calls one after the other";
            self.cx.report_with_help(name, format!("`{name}` is the function that stands here"), help);
            return;
        }
        let layers: Vec<String> =
            self.lines.iter().filter_map(|line| line.name.as_ref()).map(ToString::to_string).collect();
        let help = functions::suggestion(&name.to_string(), layers.iter().map(String::as_str));
        self.cx.report_with_help(name, format!("there is no layer and no function `{name}`"), help);
    }

    fn unary(&mut self, call: &Expression, name: &str, function: Elementwise, given: &[Given]) -> Option<Value> {
        let [Given { name: None, value: argument }] = given else {
            let message = format!("`{name}` takes 1 argument, but {} are given", given.len());
            self.cx.report_with_help(call, message, format!("write it as `{name}(x)`"));
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
                        let message = format!("shapes {before} and {operand} cannot be {does} value by value");
                        let help = "counted from the last axis, two sizes are equal or one of them is 1";
                        self.cx.report_with_help(call, message, help);
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
            let sizes = sizes.filter_map(|(axis, size)| match axes.contains(&axis) {
                true => keep.then(|| Dim::from(1)),
                false => Some(size.clone()),
            });
            let result = Shape::new(sizes.collect()).expect("a reduction has fewer values");
            return Some(self.push(What::Reduce(statistic, axes), vec![value], result, name, call));
        }
        let (what, result) = match name {
            "transpose" => return self.transpose(call, arguments, value, shape),
            "slice" => {
                let axis = self.axis_or_last(call, arguments.option("axis"), shape)?;
                let (start, count) = self.range(arguments.values[1], &shape.sizes()[axis])?;
                (What::Slice { axis, start }, with_size(shape, axis, count)?)
            }
            "reshape" => {
                let to = self.shape(arguments.values[1])?;
                self.check_count(call, shape, &to)?;
                (What::Reshape, to)
            }
            "flatten" => (What::Reshape, Shape::new(vec![shape.count()])?),
            "broadcast" => {
                let to = self.shape(arguments.values[1])?;
                if broadcast::broadcast(shape, &to).as_ref() != Some(&to) {
                    let message = format!("shape {shape} cannot be broadcast to {to}");
                    let help = "counted from the last axis, a size stays as it is or grows from 1";
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
                let axis = self.axis_or_last(call, arguments.option("axis"), shape)?;
                (What::Softmax { axis, log: name == "log_softmax" }, shape.clone())
            }
            "stop_gradient" => (What::StopGradient, shape.clone()),
            _ => unreachable!("a function of the table without its rule"),
        };
        Some(self.push(what, vec![value], result, name, call))
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

    fn matmul(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
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
    fn vectors(&mut self, arguments: &Arguments<'_>, name: &str) -> Option<[(Value, Dim); 2]> {
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

    fn dot(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let [(a, left), (b, right)] = self.vectors(arguments, "dot")?;
        if left != right {
            let message = format!("`dot` of vectors of {left} and {right} values");
            self.cx.report_with_help(call, message, "both have as many values");
            return None;
        }
        Some(self.push(What::MatMul, vec![a, b], Shape::scalar(), "dot", call))
    }

    fn outer(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let [(a, rows), (b, columns)] = self.vectors(arguments, "outer")?;
        let column = Shape::new(vec![rows.clone(), Dim::from(1)])?;
        let a = self.push(What::Reshape, vec![a], column, "column", call);
        let shape = Shape::new(vec![rows, columns])?;
        Some(self.push(What::Map(Elementwise::Mul), vec![a, b], shape, "outer", call))
    }

    fn transpose(
        &mut self,
        call: &Expression,
        arguments: &Arguments<'_>,
        value: Value,
        shape: &Shape,
    ) -> Option<Value> {
        let rank = shape.rank();
        let order = match arguments.values.get(1) {
            None if rank < 2 => {
                let message = format!("shape {shape} has no two axes to exchange");
                let help = "write `reshape(x, [3, 1])` for a column of 3 values, say";
                self.cx.report_with_help(call, message, help);
                return None;
            }
            None => (0..rank - 2).chain([rank - 1, rank - 2]).collect(),
            Some(written) => {
                let Kind::Array(parts) = &written.kind else {
                    let help = "write all axes in their new order: `transpose(x, [1, 0, 2])`";
                    self.cx.report_with_help(written, "the order of axes is expected here", help);
                    return None;
                };
                let order: Vec<Option<usize>> = parts.iter().map(|part| self.axis(part, rank, shape)).collect();
                let order = order.into_iter().collect::<Option<Vec<usize>>>()?;
                let mut sorted = order.clone();
                sorted.sort_unstable();
                if sorted != (0..rank).collect::<Vec<_>>() {
                    let message = format!("the order names {} axes, but the shape is {shape}", order.len());
                    let help = "write each axis once: `transpose(x, [1, 0, 2])`";
                    self.cx.report_with_help(written, message, help);
                    return None;
                }
                order
            }
        };
        let sizes = order.iter().map(|&axis| shape.sizes()[axis].clone()).collect();
        let result = Shape::new(sizes)?;
        Some(self.push(What::Permute(order), vec![value], result, "transpose", call))
    }

    /// All values of a call with their shapes.
    fn values(&mut self, arguments: &Arguments<'_>) -> Option<Vec<(Value, Shape)>> {
        let values: Vec<Option<(Value, Shape)>> = arguments
            .values
            .iter()
            .map(|written| {
                let value = self.number(written)?;
                Some((value, self.known(value, written)?))
            })
            .collect();
        values.into_iter().collect()
    }

    fn concat(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let values = self.values(arguments)?;
        let first = values[0].1.clone();
        let axis = self.axis_or_last(call, arguments.option("axis"), &first)?;
        let mut total = Dim::from(0);
        for ((_, shape), written) in std::iter::zip(&values, &arguments.values) {
            if shape.rank() != first.rank() {
                let message = format!("`concat` of {first} and {shape}: they have different numbers of axes");
                let help = match shape.rank() {
                    0 => "write `reshape(x, [1])` around a scalar",
                    _ => "give both the same number of axes by `reshape`",
                };
                self.cx.report_with_help(written, message, help);
                return None;
            }
            let differs = |other: &usize| *other != axis && shape.sizes()[*other] != first.sizes()[*other];
            if let Some(other) = (0..first.rank()).find(differs) {
                let (mine, theirs) = (&first.sizes()[other], &shape.sizes()[other]);
                let message = format!(
                    "`concat` of {first} and {shape} along axis {axis}: axis {other} has {mine} values in one and {theirs} in the other"
                );
                self.cx.report_with_help(written, message, "only the sizes of the axis that is joined may differ");
                return None;
            }
            total = &total + &shape.sizes()[axis];
        }
        let result = with_size(&first, axis, total)?;
        let values = values.into_iter().map(|(value, _)| value).collect();
        Some(self.push(What::Concat(axis), values, result, "concat", call))
    }

    fn stack(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let values = self.values(arguments)?;
        let first = values[0].1.clone();
        let axis = match arguments.option("axis") {
            None => 0,
            Some(written) => self.axis(written, first.rank() + 1, &first)?,
        };
        for ((_, shape), written) in std::iter::zip(&values, &arguments.values) {
            if *shape != first {
                let message = format!("`stack` of {first} and {shape}: all shapes are the same");
                self.cx.report_with_help(written, message, "`concat` joins arrays along an axis that they have");
                return None;
            }
        }
        let mut sizes = first.sizes().to_vec();
        sizes.insert(axis, Dim::from(values.len()));
        let result = self.rank_checked(call, sizes)?;
        let values = values.into_iter().map(|(value, _)| value).collect();
        Some(self.stacked(values, axis, result, call))
    }

    /// Values of one shape along a new axis.
    pub fn stacked(&mut self, values: Vec<Value>, axis: usize, result: Shape, call: &Expression) -> Value {
        let mut sizes = result.sizes().to_vec();
        sizes[axis] = Dim::from(1);
        let part = Shape::new(sizes).expect("a part is smaller than the whole");
        let parts: Vec<Value> = values
            .into_iter()
            .map(|value| self.push(What::Reshape, vec![value], part.clone(), "part", call))
            .collect();
        self.push(What::Concat(axis), parts, result, "stack", call)
    }

    /// `split(x, 3)` into equal parts, `split(x, [2, 5])` into parts of these sizes.
    fn split(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Vec<Bound>> {
        let (written, parts) = (arguments.values[0], arguments.values[1]);
        let value = self.number(written)?;
        let shape = self.known(value, written)?;
        let axis = self.axis_or_last(call, arguments.option("axis"), &shape)?;
        let size = shape.sizes()[axis].clone();
        let sizes: Vec<Dim> = if let Kind::Array(list) = &parts.kind {
            let sizes: Vec<Option<Dim>> = list.iter().map(|size| self.positive_size(size)).collect();
            sizes.into_iter().collect::<Option<_>>()?
        } else {
            let count = self.positive_size(parts)?;
            let Some(number) = count.known().filter(|&number| number <= 1 << 10) else {
                self.cx.report_with_help(parts, "the number of parts is a small whole number", "write a number");
                return None;
            };
            let Some(part) = size.over(number) else {
                let message = format!("an axis of {size} values cannot be split into {number} equal parts");
                self.cx.report_with_help(parts, message, "write the sizes of the parts: `split(x, [2, 5])`, say");
                return None;
            };
            vec![part; number]
        };
        let total: Dim = sizes.iter().sum();
        if total != size {
            let message = format!("the parts have {total} values together, but the axis has {size}");
            self.cx.report_with_help(parts, message, format!("write sizes whose sum is {size}"));
            return None;
        }
        let mut start = Dim::from(0);
        let mut bounds = Vec::new();
        for count in sizes {
            let result = with_size(&shape, axis, count.clone())?;
            let what = What::Slice { axis, start: start.clone() };
            bounds.push(Bound::Value(self.push(what, vec![value], result, "part", call)));
            start = &start + &count;
        }
        Some(bounds)
    }

    fn one_hot(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let indices = self.number(arguments.values[0]);
        let depth = self.positive_size(arguments.values[1])?;
        let shape = self.known(indices?, arguments.values[0])?;
        let result = self.embedded(call, &shape, depth)?;
        Some(self.push(What::OneHot, vec![indices?], result, "one_hot", call))
    }

    fn lookup(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
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

    fn dropout(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let value = self.number(arguments.values[0]);
        let rate = arguments.values[1];
        let Some(decimal) = rate.number().filter(|rate| !rate.is_negative() && rate.magnitude_to_one().is_lt()) else {
            let help = "the rate is the share of values that are dropped, such as 0.2";
            self.cx.report_with_help(rate, "the rate of `dropout` is a number of at least 0 and less than 1", help);
            return None;
        };
        let shape = self.known(value?, arguments.values[0])?;
        Some(self.push(What::Dropout(decimal), vec![value?], shape, "dropout", call))
    }

    /// `grad(y, x)`
    fn gradient(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let (y, x) = (arguments.values[0], arguments.values[1]);
        let (of, with) = (self.number(y), self.number(x));
        let (of, with) = (of?, with?);
        let (shape, result) = (self.known(of, y)?, self.known(with, x)?);
        if shape.rank() > 0 {
            let message = format!("`grad` takes the gradient of a scalar, but this has shape {shape}");
            self.cx.report_with_help(y, message, "write `grad(sum(y), x)`, or take one of its values: `y[0]`");
            return None;
        }
        if let Err(end) = self.path_to(of, with) {
            let (message, help) = match end {
                Some(what) => (
                    format!("the gradient leads through {what}, which has none"),
                    "take the gradient of what comes before it",
                ),
                None => (
                    "the first value of `grad` does not depend on the second".to_owned(),
                    "the second is an input, or a value that the first is computed from",
                ),
            };
            self.cx.report_with_help(call, message, help);
            return None;
        }
        if self.depends_on_no_sample(with) {
            let help = "the trainer computes the gradients of parameters; here it is a value of each sample";
            self.cx.report_with_help(x, "`grad` is taken with respect to an input, or a value computed from one", help);
            return None;
        }
        Some(self.push(What::Gradient, vec![of, with], result, "grad", call))
    }

    /// Whether a gradient leads from a value to another; if not, what it ends at.
    fn path_to(&self, of: Value, with: Value) -> Result<(), Option<String>> {
        let mut leads = vec![false; self.calls.len()];
        let mut ends = vec![None; self.calls.len()];
        leads[with.var.0] = true;
        for (index, call) in self.calls.iter().enumerate().skip(with.var.0 + 1) {
            let from = call.operands.iter().any(|operand| leads[operand.0]);
            let ended = call.operands.iter().find_map(|operand| ends[operand.0].clone());
            let end = match &call.what {
                What::Argmax(_) => Some("`argmax`".to_owned()),
                What::OneHot => Some("`one_hot`".to_owned()),
                What::Lookup(_) => Some("the index of a lookup".to_owned()),
                What::StopGradient => Some("`stop_gradient`".to_owned()),
                What::Map(function) if function.is_flat() => Some(format!("`{function}`")),
                What::Layer(layer) => match &self.layers[*layer] {
                    Some(Layer::Nested(nested)) => Some(format!("the model `{}`, whose second derivative is not known here", nested.name())),
                    Some(Layer::Embedding(_)) => Some("the index of an embedding".to_owned()),
                    _ => None,
                },
                _ => None,
            };
            match end {
                Some(end) if from => ends[index] = Some(end),
                _ => {
                    leads[index] = from;
                    ends[index] = ended;
                }
            }
        }
        let nested = ends[of.var.0].as_ref().is_some_and(|end| end.starts_with("the model"));
        if leads[of.var.0] && !nested { Ok(()) } else { Err(ends[of.var.0].clone()) }
    }

    /// Whether a value is the same for all samples.
    fn depends_on_no_sample(&self, value: Value) -> bool {
        let mut rest = vec![value.var];
        while let Some(var) = rest.pop() {
            let call = &self.calls[var.0];
            if matches!(call.what, What::Input(_)) {
                return false;
            }
            rest.extend(&call.operands);
        }
        true
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

/// A shape with another size of one axis.
fn with_size(shape: &Shape, axis: usize, size: Dim) -> Option<Shape> {
    let mut sizes = shape.sizes().to_vec();
    sizes[axis] = size;
    Shape::new(sizes)
}
