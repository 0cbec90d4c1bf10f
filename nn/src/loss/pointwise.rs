//! Losses that are the sum of a function of each output and its target.

use katachi_core::element::Element;

use super::reciprocal;

/// `factor` times the sum of what `each` gives first: the value for an output and its target, beside its derivative.
pub(super) fn sum_of<T: Element>(factor: T, outputs: &[T], targets: &[T], each: impl Fn(T, T) -> (T, T)) -> T {
    outputs.iter().zip(targets).map(|(&y, &t)| each(y, t).0).sum::<T>() * factor
}

/// The same, and the derivatives.
pub(super) fn sum_and_gradient_of<T: Element>(
    factor: T,
    outputs: &[T],
    targets: &[T],
    gradient: &mut [T],
    each: impl Fn(T, T) -> (T, T),
) -> T {
    let mut sum = T::ZERO;
    for ((dy, &y), &t) in gradient.iter_mut().zip(outputs).zip(targets) {
        let (value, slope) = each(y, t);
        sum += value;
        *dy = factor * slope;
    }
    sum * factor
}

/// [`sum_of`] over how many there are.
pub(super) fn mean_of<T: Element>(outputs: &[T], targets: &[T], each: impl Fn(T, T) -> (T, T)) -> T {
    sum_of(reciprocal(outputs.len()), outputs, targets, each)
}

/// [`sum_and_gradient_of`] over how many there are.
pub(super) fn mean_and_gradient_of<T: Element>(
    outputs: &[T],
    targets: &[T],
    gradient: &mut [T],
    each: impl Fn(T, T) -> (T, T),
) -> T {
    sum_and_gradient_of(reciprocal(outputs.len()), outputs, targets, gradient, each)
}
