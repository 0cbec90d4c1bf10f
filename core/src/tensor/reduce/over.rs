//! Reductions over one axis. The shape `O` of the result lacks that axis, or has it with size 1.

use crate::element::Element;
use crate::shape::Shape;
use crate::tensor::place::Place;
use crate::tensor::strides::around;
use crate::tensor::{Float, Logical, Number, Tensor};

pub(in crate::tensor) fn sum<S: Shape, O: Shape, T: Number, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize) -> P {
    fold(x, axis, T::ZERO, T::plus)
}

pub(in crate::tensor) fn prod<S: Shape, O: Shape, T: Number, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize) -> P {
    fold(x, axis, T::ONE, T::times)
}

pub(in crate::tensor) fn max<S: Shape, O: Shape, T: Number, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize) -> P {
    fold(x, axis, T::LOWEST, greater)
}

pub(in crate::tensor) fn min<S: Shape, O: Shape, T: Number, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize) -> P {
    fold(x, axis, T::HIGHEST, less)
}

pub(in crate::tensor) fn mean<S: Shape, O: Shape, T: Float, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize) -> P {
    let mut mean: P = sum(x, axis);
    divide(mean.tensor(), S::DIMS[axis]);
    mean
}

pub(in crate::tensor) fn var<S: Shape, O: Shape, T: Float, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize) -> P {
    let mut mean: P = mean(x, axis);
    let mut var = P::build(|_| Element::ZERO);
    each_row(x, axis, |first, values| {
        for ((var, &mean), &x) in var.tensor()[first..].iter_mut().zip(&mean.tensor()[first..]).zip(values) {
            *var += (x - mean) * (x - mean);
        }
    });
    divide(var.tensor(), S::DIMS[axis]);
    var
}

pub(in crate::tensor) fn std<S: Shape, O: Shape, T: Float, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize) -> P {
    let mut std: P = var(x, axis);
    for var in std.tensor().iter_mut() {
        *var = Element::sqrt(*var);
    }
    std
}

fn divide<O: Shape, T: Float>(sums: &mut Tensor<O, T>, size: usize) {
    let size = T::from_f64(size as f64);
    for sum in sums.iter_mut() {
        *sum /= size;
    }
}

pub(in crate::tensor) fn argmax<S: Shape, O: Shape, T: Number, P: Place<O, i64>>(x: &Tensor<S, T>, axis: usize) -> P {
    first_over(x, axis, |x, max| x > max)
}

pub(in crate::tensor) fn argmin<S: Shape, O: Shape, T: Number, P: Place<O, i64>>(x: &Tensor<S, T>, axis: usize) -> P {
    first_over(x, axis, |x, min| x < min)
}

pub(in crate::tensor) fn all<S: Shape, O: Shape, T: Logical, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize) -> P {
    fold(x, axis, T::ONE, |all, x| T::from_bool(all.is_true() && x.is_true()))
}

pub(in crate::tensor) fn any<S: Shape, O: Shape, T: Logical, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize) -> P {
    fold(x, axis, T::ZERO, |any, x| T::from_bool(any.is_true() || x.is_true()))
}

/// Folds the elements along an axis, in their order.
fn fold<S: Shape, O: Shape, T: Copy, P: Place<O, T>>(
    x: &Tensor<S, T>,
    axis: usize,
    first: T,
    function: impl Fn(T, T) -> T,
) -> P {
    let mut folded = P::build(|_| first);
    each_row(x, axis, |first, values| {
        for (into, &value) in folded.tensor()[first..].iter_mut().zip(values) {
            *into = function(*into, value);
        }
    });
    folded
}

/// Each row of the elements that follow an axis, and the index in the result of what its first element goes into.
fn each_row<S: Shape, T: Copy>(x: &Tensor<S, T>, axis: usize, mut function: impl FnMut(usize, &[T])) {
    let (_, size, after) = around(S::DIMS, axis);
    for (row, values) in x.chunks_exact(after).enumerate() {
        function(row / size * after, values);
    }
}

/// The indices along an axis of the elements that come [`first`].
fn first_over<S: Shape, O: Shape, T: Number, P: Place<O, i64>>(
    x: &Tensor<S, T>,
    axis: usize,
    before: impl Fn(T, T) -> bool,
) -> P {
    let (_, size, after) = around(S::DIMS, axis);
    P::build(|index| {
        let start = index / after * size * after + index % after;
        let found = first((0..size).map(|step| x[start + step * after]), &before);
        i64::try_from(found).unwrap_or(i64::MAX)
    })
}

/// The index of the element that stands before all others: of the first such, or of the first NaN.
pub(super) fn first<T: Number>(values: impl Iterator<Item = T>, before: impl Fn(T, T) -> bool) -> usize {
    let best = values.enumerate().reduce(|best, next| {
        let better = !best.1.is_nan() && (before(next.1, best.1) || next.1.is_nan());
        if better { next } else { best }
    });
    best.map_or(0, |(index, _)| index)
}

pub(super) fn greater<T: Number>(max: T, x: T) -> T {
    if x > max || x.is_nan() { x } else { max }
}

pub(super) fn less<T: Number>(min: T, x: T) -> T {
    if x < min || x.is_nan() { x } else { min }
}
