//! Softmax and its logarithm, over rows.

use super::parallel::{self, Rows};
use super::pointwise::{BLOCK, UNROLLED, map};
use super::processor::per_processor;
use crate::element::Element;

/// Elements that a thread takes at a time, about 15 µs of work.
const GRAIN: usize = 1 << 15;

/// Elements of the rows that are walked several times before the next, so that they stay in the first-level cache.
const CACHED: usize = 1 << 11;

/// Exponentials that are kept on the stack.
const SCRATCH: usize = 256;

/// yᵢ = exp(xᵢ - max x) / Σⱼ exp(xⱼ - max x), for each row of `width` values, in place.
pub fn softmax<T: Element>(width: usize, values: &mut [T]) {
    assert!(width > 0 && values.len().is_multiple_of(width), "whole rows");
    let grain = (GRAIN / width).max(1);
    parallel::split(Rows::new(width, values), grain, &|_, rows| {
        softmax_piece(width, rows.elements());
    });
}

per_processor! {
    fn softmax_piece<T: Element>(width: usize, values: &mut [T]) {
        for rows in values.chunks_mut((CACHED / width).max(1) * width) {
            for row in rows.chunks_exact_mut(width) {
                subtract_max(row);
            }
            exp_all(rows);
            for row in rows.chunks_exact_mut(width) {
                let scale = T::ONE / sum(row);
                for y in row {
                    *y *= scale;
                }
            }
        }
    }
}

/// dxᵢ = yᵢ (dyᵢ - Σⱼ yⱼ dyⱼ), for each row, in place. y is the output.
pub fn softmax_adjoint<T: Element>(width: usize, y: &[T], dy: &mut [T]) {
    assert!(width > 0 && dy.len().is_multiple_of(width), "whole rows");
    assert_eq!(y.len(), dy.len(), "one output for each derivative");
    let grain = (GRAIN / width).max(1);
    let rows = (Rows::new(width, y), Rows::new(width, dy));
    parallel::split(rows, grain, &|_, (y, dy)| {
        softmax_adjoint_piece(width, y.elements(), dy.elements());
    });
}

per_processor! {
    fn softmax_adjoint_piece<T: Element>(width: usize, y: &[T], dy: &mut [T]) {
        for (y, dy) in y.chunks_exact(width).zip(dy.chunks_exact_mut(width)) {
            let dot = dot(y, dy);
            for (y, dy) in y.iter().zip(dy) {
                *dy = *y * (*dy - dot);
            }
        }
    }
}

/// yᵢ = xᵢ - max x - ln Σⱼ exp(xⱼ - max x), for each row of `width` values, in place.
pub fn log_softmax<T: Element>(width: usize, values: &mut [T]) {
    assert!(width > 0 && values.len().is_multiple_of(width), "whole rows");
    let grain = (GRAIN / width).max(1);
    parallel::split(Rows::new(width, values), grain, &|_, rows| {
        log_softmax_piece(width, rows.elements());
    });
}

per_processor! {
    fn log_softmax_piece<T: Element>(width: usize, values: &mut [T]) {
        let mut scratch = [T::ZERO; SCRATCH];
        for rows in values.chunks_mut((SCRATCH / width).max(1) * width) {
            for row in rows.chunks_exact_mut(width) {
                subtract_max(row);
            }
            if width <= SCRATCH {
                // Exponentials of several rows at once.
                let exponentials = &mut scratch[..rows.len()];
                exponentials.copy_from_slice(rows);
                exp_all(exponentials);
                for (row, exponentials) in rows.chunks_exact_mut(width).zip(exponentials.chunks_exact(width)) {
                    subtract(row, sum(exponentials).ln());
                }
            } else {
                // One row in several parts.
                let mut total = T::ZERO;
                for part in rows.chunks(SCRATCH) {
                    let exponentials = &mut scratch[..part.len()];
                    exponentials.copy_from_slice(part);
                    exp_all(exponentials);
                    total += sum(exponentials);
                }
                subtract(rows, total.ln());
            }
        }
    }
}

/// dxᵢ = dyᵢ - exp(yᵢ) Σⱼ dyⱼ, for each row, in place. y is the output.
pub fn log_softmax_adjoint<T: Element>(width: usize, y: &[T], dy: &mut [T]) {
    assert!(width > 0 && dy.len().is_multiple_of(width), "whole rows");
    assert_eq!(y.len(), dy.len(), "one output for each derivative");
    let grain = (GRAIN / width).max(1);
    let rows = (Rows::new(width, y), Rows::new(width, dy));
    parallel::split(rows, grain, &|_, (y, dy)| {
        log_softmax_adjoint_piece(width, y.elements(), dy.elements());
    });
}

per_processor! {
    fn log_softmax_adjoint_piece<T: Element>(width: usize, y: &[T], dy: &mut [T]) {
        let mut scratch = [T::ZERO; SCRATCH];
        for (y, dy) in y.chunks_exact(width).zip(dy.chunks_exact_mut(width)) {
            let total = sum(dy);
            for (y, dy) in y.chunks(SCRATCH).zip(dy.chunks_mut(SCRATCH)) {
                let exponentials = &mut scratch[..y.len()];
                exponentials.copy_from_slice(y);
                exp_all(exponentials);
                for (dy, exponential) in dy.iter_mut().zip(exponentials) {
                    *dy -= *exponential * total;
                }
            }
        }
    }
}

/// x - max x.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
pub(super) fn subtract_max<T: Element>(row: &mut [T]) {
    let (blocks, rest) = row.as_chunks::<BLOCK>();
    let mut max = row[0];
    if let Some((first, blocks)) = blocks.split_first() {
        let mut lanes = *first;
        for block in blocks {
            for (lane, x) in lanes.iter_mut().zip(block) {
                *lane = if *x > *lane { *x } else { *lane };
            }
        }
        for lane in lanes {
            max = if lane > max { lane } else { max };
        }
    }
    for x in rest {
        max = if *x > max { *x } else { max };
    }
    subtract(row, max);
}

/// x - `amount`.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
fn subtract<T: Element>(row: &mut [T], amount: T) {
    for x in row {
        *x -= amount;
    }
}

/// eˣ for every element, in place.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
pub(super) fn exp_all<T: Element>(values: &mut [T]) {
    map!(values, x => x.exp());
}

/// Σ of a row, in an order that does not depend on the processor.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
pub(super) fn sum<T: Element>(row: &[T]) -> T {
    let (blocks, rest) = row.as_chunks::<BLOCK>();
    let mut total = T::ZERO;
    if let Some((first, blocks)) = blocks.split_first() {
        let mut lanes = *first;
        for block in blocks {
            for (lane, x) in lanes.iter_mut().zip(block) {
                *lane += *x;
            }
        }
        total = sum_lanes(lanes);
    }
    for x in rest {
        total += *x;
    }
    total
}

/// Σ of the products of two rows, in an order that does not depend on the processor.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
pub(super) fn dot<T: Element>(x: &[T], y: &[T]) -> T {
    let ((x_blocks, x_rest), (y_blocks, y_rest)) = (x.as_chunks::<BLOCK>(), y.as_chunks::<BLOCK>());
    let mut total = T::ZERO;
    if !x_blocks.is_empty() {
        let mut lanes = [T::ZERO; BLOCK];
        for (x, y) in x_blocks.iter().zip(y_blocks) {
            for ((lane, x), y) in lanes.iter_mut().zip(x).zip(y) {
                *lane += *x * *y;
            }
        }
        total = sum_lanes(lanes);
    }
    for (x, y) in x_rest.iter().zip(y_rest) {
        total += *x * *y;
    }
    total
}

/// Σ of the lanes, by halves.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
fn sum_lanes<T: Element>(mut lanes: [T; BLOCK]) -> T {
    let mut half = BLOCK / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] += lanes[i + half];
        }
        half /= 2;
    }
    lanes[0]
}
