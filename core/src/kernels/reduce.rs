//! Reductions: sums, largest and smallest values over axes, and where the largest value is.

use super::Write;
use crate::element::Element;

/// What a reduction computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Σ; 0 of no values.
    Sum,
    /// The largest value, NaN if there is one; -∞ of no values.
    Maximum,
    /// The smallest value, NaN if there is one; ∞ of no values.
    Minimum,
}

/// y = the reduction of x over the axes marked in `reduced`, and over the samples too where `over_samples`.
///
/// x has samples · Π dims values; y has those of the axes that are kept, for each sample unless `over_samples`.
/// [`Write::Add`] adds to y.
pub fn reduce<T: Element>(
    reduction: Reduction,
    samples: usize,
    dims: &[usize],
    reduced: &[bool],
    over_samples: bool,
    write: Write,
    x: &[T],
    y: &mut [T],
) {
    let start = match reduction {
        Reduction::Sum => T::ZERO,
        Reduction::Maximum => -T::INFINITY,
        Reduction::Minimum => T::INFINITY,
    };
    if write == Write::Set {
        y.fill(start);
    }
    let size: usize = dims.iter().product();
    let kept: usize = dims.iter().zip(reduced).map(|(dim, reduced)| if *reduced { 1 } else { *dim }).product();
    assert_eq!(x.len(), samples * size, "x has samples · Π dims values");
    assert_eq!(y.len(), if over_samples { kept } else { samples * kept }, "y has the kept axes' values");
    for (at, x) in x.iter().enumerate() {
        let (mut index, mut stride, mut rest) = (0, 1, at % size);
        for (dim, reduced) in dims.iter().zip(reduced).rev() {
            if !reduced {
                index += rest % dim * stride;
                stride *= dim;
            }
            rest /= dim;
        }
        let index = index + if over_samples { 0 } else { at / size * kept };
        y[index] = match reduction {
            Reduction::Sum => y[index] + *x,
            Reduction::Maximum => y[index].maximum(*x),
            Reduction::Minimum => y[index].minimum(*x),
        };
    }
}

/// The index of the largest value over one axis: the first of equals, and NaN counts as the largest, as in `NumPy`.
///
/// x is `[rows, size, inner]`, y `[rows, inner]`.
pub fn argmax<T: Element>(rows: usize, size: usize, inner: usize, x: &[T], y: &mut [T]) {
    assert_eq!(x.len(), rows * size * inner, "x is [rows, size, inner]");
    assert_eq!(y.len(), rows * inner, "y is [rows, inner]");
    for row in 0..rows {
        for i in 0..inner {
            let value = |k: usize| x[(row * size + k) * inner + i];
            let mut best = 0;
            for k in 1..size {
                if value(k) > value(best) || (value(k).is_nan() && !value(best).is_nan()) {
                    best = k;
                }
            }
            y[row * inner + i] = T::from_f64(best as f64);
        }
    }
}
