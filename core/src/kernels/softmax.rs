//! Softmax and its logarithm, over rows.

use super::parallel::{self, Rows};
use super::pointwise::{BLOCK, UNROLLED, map};
use super::processor::per_processor;
use crate::element::Element;

/// Elements that a thread takes at a time, about 15 µs of work.
const GRAIN: usize = 1 << 15;

/// Elements of the rows that are walked several times before the next, so that they stay in the first-level cache.
const CACHED: usize = 1 << 11;

/// yᵢ = exp(xᵢ - max x) / Σⱼ exp(xⱼ - max x), for each row of `width` values, in place.
pub fn softmax<T: Element>(width: usize, values: &mut [T]) {
    assert!(
        width > 0 && values.len().is_multiple_of(width),
        "whole rows"
    );
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
            let mut lanes = [T::ZERO; BLOCK];
            for (y, dy) in y.chunks(BLOCK).zip(dy.chunks(BLOCK)) {
                for ((y, dy), lane) in y.iter().zip(dy).zip(&mut lanes) {
                    *lane += *y * *dy;
                }
            }
            let dot = sum_lanes(lanes);
            for (y, dy) in y.iter().zip(dy) {
                *dy = *y * (*dy - dot);
            }
        }
    }
}

/// yᵢ = xᵢ - max x - ln Σⱼ exp(xⱼ - max x), for each row of `width` values, in place.
pub fn log_softmax<T: Element>(width: usize, values: &mut [T]) {
    assert!(
        width > 0 && values.len().is_multiple_of(width),
        "whole rows"
    );
    let grain = (GRAIN / width).max(1);
    parallel::split(Rows::new(width, values), grain, &|_, rows| {
        log_softmax_piece(width, rows.elements());
    });
}

per_processor! {
    fn log_softmax_piece<T: Element>(width: usize, values: &mut [T]) {
        for row in values.chunks_exact_mut(width) {
            subtract_max(row);
            let mut lanes = [T::ZERO; BLOCK];
            for block in row.chunks(BLOCK) {
                // The pad's exponential is 0.
                let mut padded = [-T::INFINITY; BLOCK];
                padded[..block.len()].copy_from_slice(block);
                for (lane, x) in lanes.iter_mut().zip(padded) {
                    *lane += x.exp();
                }
            }
            let logarithm = sum_lanes(lanes).ln();
            for y in row {
                *y -= logarithm;
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
        for (y, dy) in y.chunks_exact(width).zip(dy.chunks_exact_mut(width)) {
            let total = sum(dy);
            for (y, dy) in y.chunks(BLOCK).zip(dy.chunks_mut(BLOCK)) {
                let mut padded = [T::ZERO; BLOCK];
                padded[..y.len()].copy_from_slice(y);
                for y in &mut padded {
                    *y = y.exp() * total;
                }
                for (dy, part) in dy.iter_mut().zip(padded) {
                    *dy -= part;
                }
            }
        }
    }
}

/// x - max x, and returns the largest.
#[allow(
    clippy::inline_always,
    reason = "takes over its caller's processor features"
)]
#[inline(always)]
pub(super) fn subtract_max<T: Element>(row: &mut [T]) -> T {
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
    for x in row {
        *x -= max;
    }
    max
}

/// eˣ for every element, in place.
#[allow(
    clippy::inline_always,
    reason = "takes over its caller's processor features"
)]
#[inline(always)]
pub(super) fn exp_all<T: Element>(values: &mut [T]) {
    map!(values, x => x.exp());
}

/// Σ of a row, in an order that does not depend on the processor.
#[allow(
    clippy::inline_always,
    reason = "takes over its caller's processor features"
)]
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

/// Σ of the lanes, by halves.
#[allow(
    clippy::inline_always,
    reason = "takes over its caller's processor features"
)]
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
