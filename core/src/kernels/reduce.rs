//! Reductions: sums, largest and smallest values over axes, and where the largest value is.

use super::fold::{Cascade, Fold, LANES, Largest, Plan, Smallest, Total, fold_columns, fold_row};
use super::parallel::{self, Rows};
use super::processor::per_processor;
use super::product::has_size;
use super::{MAX_RANK, Write};
use crate::element::Element;

/// Elements of x that a thread takes at a time, about 10 µs of work.
const GRAIN: usize = 1 << 16;

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
/// [`Write::Add`] adds to y. Sums are summed in parts, so that the error of a million values is that of a few hundred.
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
    assert!(dims.len() <= MAX_RANK, "an array has at most {MAX_RANK} axes");
    assert_eq!(dims.len(), reduced.len(), "one mark for each axis");
    let axes = || core::iter::once((samples, over_samples)).chain(dims.iter().copied().zip(reduced.iter().copied()));
    assert_eq!(product(axes().map(|axis| axis.0)), Some(x.len()), "x has samples · Π dims values");
    let kept = product(axes().filter(|axis| !axis.1).map(|axis| axis.0));
    assert_eq!(kept, Some(y.len()), "y has the values of the axes that are kept");
    if x.is_empty() {
        if write == Write::Set {
            y.fill(start(reduction));
        }
        return;
    }

    let plan = Plan::new(axes());
    let of_one = x.len() / y.len();
    if plan.is_row() && of_one >= 2 * GRAIN {
        // Few long rows: each is split, always into the same parts.
        for (x, y) in x.chunks_exact(of_one).zip(y) {
            let each = &|x: &[T]| reduce_row(reduction, x);
            let result = parallel::fold(x, GRAIN, each, &|a, b| combine(reduction, a, b));
            *y = if write == Write::Add { *y + result } else { result };
        }
    } else if y.len() == plan.columns {
        // Whole vectors, so that few threads read the same elements.
        let grain = (GRAIN / of_one).next_multiple_of(LANES).max(LANES);
        parallel::split(y, grain, &|first, y| reduce_piece(reduction, plan, 0, first, write, x, y));
    } else {
        let grain = (GRAIN / (of_one * plan.columns)).max(1);
        parallel::split(Rows::new(plan.columns, y), grain, &|first, y| {
            reduce_piece(reduction, plan, first, 0, write, x, y.elements());
        });
    }
}

/// Π of sizes, if it can be counted.
fn product(mut sizes: impl Iterator<Item = usize>) -> Option<usize> {
    sizes.try_fold(1_usize, usize::checked_mul)
}

per_processor! {
    fn reduce_row<T: Element>(reduction: Reduction, x: &[T]) -> T {
        match reduction {
            Reduction::Sum => fold_row::<Total, T>(x),
            Reduction::Maximum => fold_row::<Largest, T>(x),
            Reduction::Minimum => fold_row::<Smallest, T>(x),
        }
    }
}

per_processor! {
    fn reduce_piece<T: Element>(
        reduction: Reduction,
        plan: Plan,
        place: usize,
        column: usize,
        write: Write,
        x: &[T],
        y: &mut [T],
    ) {
        match reduction {
            Reduction::Sum => piece::<Total, T>(plan, place, column, write, x, y),
            Reduction::Maximum => piece::<Largest, T>(plan, place, column, write, x, y),
            Reduction::Minimum => piece::<Smallest, T>(plan, place, column, write, x, y),
        }
    }
}

/// Some places of y from `place` on, or some columns of a single place from `column` on.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
fn piece<F: Fold<T>, T: Element>(plan: Plan, place: usize, column: usize, write: Write, x: &[T], y: &mut [T]) {
    let (matrix, matrices) = (plan.rows * plan.columns, plan.reduced.places());
    for (at, y) in y.chunks_mut(plan.columns).enumerate() {
        let x = &x[plan.kept.place(place + at)..];
        let matrix = |number: usize| &x[plan.reduced.place(number)..][..matrix];
        if plan.columns == 1 {
            let result = if matrices == 1 {
                fold_row::<F, T>(matrix(0))
            } else {
                let mut cascade = Cascade::new::<F>();
                for number in 0..matrices {
                    cascade.push::<F>(&[fold_row::<F, T>(matrix(number))]);
                }
                let [result] = cascade.finish::<F>();
                result
            };
            y[0] = if write == Write::Add { y[0] + result } else { result };
            continue;
        }
        for (chunk, y) in y.chunks_mut(LANES).enumerate() {
            let column = column + chunk * LANES;
            let result = if matrices == 1 {
                fold_columns::<F, T>(matrix(0), plan.columns, column)
            } else {
                let mut cascade = Cascade::new::<F>();
                for number in 0..matrices {
                    cascade.push::<F>(&fold_columns::<F, T>(matrix(number), plan.columns, column));
                }
                cascade.finish::<F>()
            };
            for (y, result) in y.iter_mut().zip(result) {
                *y = if write == Write::Add { *y + result } else { result };
            }
        }
    }
}

fn start<T: Element>(reduction: Reduction) -> T {
    match reduction {
        Reduction::Sum => Total::start(),
        Reduction::Maximum => Largest::start(),
        Reduction::Minimum => Smallest::start(),
    }
}

fn combine<T: Element>(reduction: Reduction, a: T, b: T) -> T {
    match reduction {
        Reduction::Sum => Total::fold(a, b),
        Reduction::Maximum => Largest::fold(a, b),
        Reduction::Minimum => Smallest::fold(a, b),
    }
}

/// The index of the largest value over one axis: the first of equals, and NaN counts as the largest, as in `NumPy`.
///
/// x is `[rows, size, inner]`, y `[rows, inner]`.
pub fn argmax<T: Element>(rows: usize, size: usize, inner: usize, x: &[T], y: &mut [T]) {
    assert!(rows.checked_mul(size).is_some_and(|rows| has_size(x, rows, inner)), "x is [rows, size, inner]");
    assert!(has_size(y, rows, inner), "y is [rows, inner]");
    assert!(size > 0 || y.is_empty(), "the largest of no values");
    if !y.is_empty() {
        let grain = (GRAIN / (size * inner)).max(1);
        let split = (Rows::new(size * inner, x), Rows::new(inner, y));
        parallel::split(split, grain, &|_, (x, y)| argmax_piece(size, inner, x.elements(), y.elements()));
    }
}

per_processor! {
    fn argmax_piece<T: Element>(size: usize, inner: usize, x: &[T], y: &mut [T]) {
        for (x, y) in x.chunks_exact(size * inner).zip(y.chunks_exact_mut(inner)) {
            if let [y] = y {
                let largest = fold_row::<Largest, T>(x);
                let found = x.iter().position(|x| *x == largest || x.is_nan());
                *y = T::from_f64(found.unwrap_or(0) as f64);
                continue;
            }
            for (chunk, y) in y.chunks_mut(LANES).enumerate() {
                let mut largest = [T::ZERO; LANES];
                largest[..y.len()].copy_from_slice(&x[chunk * LANES..][..y.len()]);
                y.fill(T::ZERO);
                for k in 1..size {
                    let number = T::from_f64(k as f64);
                    let x = &x[k * inner + chunk * LANES..][..y.len()];
                    for ((largest, y), x) in largest.iter_mut().zip(&mut *y).zip(x) {
                        let larger = !largest.is_nan() && (*x > *largest || x.is_nan());
                        *largest = if larger { *x } else { *largest };
                        *y = if larger { number } else { *y };
                    }
                }
            }
        }
    }
}
