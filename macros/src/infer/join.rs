//! Functions that put arrays together, take them apart, and turn their axes.

use super::arguments::Arguments;
use super::call::with_size;
use super::function::{Bound, Value, Walk};
use crate::ast::{Expression, Kind, short};
use crate::dim::Dim;
use crate::model::What;
use crate::shape::Shape;

impl Walk<'_> {
    /// All values of a call with their shapes.
    pub(super) fn values(&mut self, arguments: &Arguments<'_>) -> Option<Vec<(Value, Shape)>> {
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

    pub(super) fn concat(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let values = self.values(arguments)?;
        let first = values[0].1.clone();
        let scalar = std::iter::zip(&values, &arguments.values).find(|((_, shape), _)| shape.rank() == 0);
        if let Some((_, written)) = scalar {
            let help = if values.iter().all(|(_, shape)| shape.rank() == 0) {
                "write `stack(…)`, which makes a vector of scalars".to_owned()
            } else {
                format!("write `reshape({}, [1])` for it", written.or("x"))
            };
            let message = format!("`concat` joins along an axis, and {} is a scalar", written.called());
            self.cx.report_with_help(written, message, help);
            return None;
        }
        let axis = self.axis_or_last(call, arguments.option("axis"), &first)?;
        let head = arguments.values[0];
        let mut total = Dim::from(0);
        for ((_, shape), written) in std::iter::zip(&values, &arguments.values) {
            let both = || match (short(&head.tokens), short(&written.tokens)) {
                (Some(a), Some(b)) if a != b => format!("`{a}` has shape {first} and `{b}` has shape {shape}"),
                _ => format!("shapes are {first} and {shape}"),
            };
            if shape.rank() != first.rank() {
                let message = format!("`concat` joins arrays with as many axes, but {}", both());
                self.cx.report_with_help(written, message, "give both the same number of axes by `reshape`");
                return None;
            }
            let differs = |other: &usize| shape.sizes()[*other] != first.sizes()[*other];
            let unequal: Vec<usize> = (0..first.rank()).filter(differs).filter(|&other| other != axis).collect();
            if let Some(&other) = unequal.first() {
                let message = format!("`concat` along axis {axis}: {}, which differ in axis {other}", both());
                let joins = unequal.len() == 1 && shape.sizes()[axis] == first.sizes()[axis];
                let help = if joins {
                    format!("write `axis = {other}` to join them along that axis")
                } else {
                    "only the sizes of the axis that is joined may differ".to_owned()
                };
                self.cx.report_with_help(written, message, help);
                return None;
            }
            total = &total + &shape.sizes()[axis];
        }
        let result = with_size(&first, axis, total)?;
        let values = values.into_iter().map(|(value, _)| value).collect();
        Some(self.push(What::Concat(axis), values, result, "concat", call))
    }

    pub(super) fn stack(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Value> {
        let values = self.values(arguments)?;
        let first = values[0].1.clone();
        let axis = match arguments.option("axis") {
            None => 0,
            Some(written) => self.axis(written, first.rank() + 1, &first)?,
        };
        for ((_, shape), written) in std::iter::zip(&values, &arguments.values) {
            if *shape != first {
                let head = arguments.values[0].called();
                let message = format!(
                    "`stack` takes arrays of one shape, but {head} has shape {first} and {} has shape {shape}",
                    written.called()
                );
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
        let parts: Vec<Value> =
            values.into_iter().map(|value| self.push(What::Reshape, vec![value], part.clone(), "part", call)).collect();
        self.push(What::Concat(axis), parts, result, "stack", call)
    }

    /// `split(x, 3)` into equal parts, `split(x, [2, 5])` into parts of these sizes.
    pub(super) fn split(&mut self, call: &Expression, arguments: &Arguments<'_>) -> Option<Vec<Bound>> {
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
                let help = match size.known().filter(|&size| number > 1 && size >= number) {
                    Some(size) => {
                        let rest = size - size / number * (number - 1);
                        let sizes =
                            std::iter::repeat_n(size / number, number - 1).chain([rest]).map(|size| size.to_string());
                        format!("write the sizes of the parts, such as `[{}]`", sizes.collect::<Vec<_>>().join(", "))
                    }
                    None => "write the sizes of the parts, such as `[2, 5]`".to_owned(),
                };
                self.cx.report_with_help(parts, message, help);
                return None;
            };
            vec![part; number]
        };
        let total: Dim = sizes.iter().sum();
        if total != size {
            let of = written.called();
            let message = format!("the parts have {total} values together, but {of} has {size} along axis {axis}");
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

    pub(super) fn transpose(
        &mut self,
        call: &Expression,
        arguments: &Arguments<'_>,
        value: Value,
        shape: &Shape,
    ) -> Option<Value> {
        let rank = shape.rank();
        let order = match arguments.values.get(1) {
            None if rank < 2 => {
                let value = arguments.values[0];
                let message = format!("{} has shape {shape}: there are no two axes to exchange", value.called());
                let help = match rank {
                    0 => "use it as it is".to_owned(),
                    _ => format!("write `reshape({}, [{}, 1])` for a column", value.or("x"), shape.last()),
                };
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
                    let message = if order.len() == rank {
                        "the order names an axis twice".to_owned()
                    } else {
                        let value = arguments.values[0].called();
                        format!("the order names {} axes, but {value} has shape {shape}", order.len())
                    };
                    let axes: Vec<String> = (0..rank).rev().map(|axis| axis.to_string()).collect();
                    let help = format!("write each axis from 0 to {} once, such as `[{}]`", rank - 1, axes.join(", "));
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
}
