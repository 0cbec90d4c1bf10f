//! What is done around the step of any optimizer: to the gradient before it, and to the parameters.

use super::{GRAIN, side_by_side, steps, together};
use crate::element::Element;
use crate::kernels::parallel;
use crate::kernels::processor::per_processor;

/// Lanes of a sum. Fixed, so that the sum has the same order on every processor.
const LANES: usize = 16;

/// Σ g² in `f64`, in which no square of an `f32` overflows.
pub fn squares<T: Element>(values: &[T]) -> f64 {
    parallel::sum(values, GRAIN, &|values| squares_piece(values))
}

per_processor! {
    pub(crate) fn squares_piece<T: Element>(values: &[T]) -> f64 {
        let mut sums = [0.0; LANES];
        let (blocks, rest) = values.as_chunks::<LANES>();
        for block in blocks {
            for (sum, value) in sums.iter_mut().zip(block) {
                *sum += value.to_f64() * value.to_f64();
            }
        }
        for (sum, value) in sums.iter_mut().zip(rest) {
            *sum += value.to_f64() * value.to_f64();
        }
        sums.into_iter().sum()
    }
}

steps! {
    /// g ← min(max(g, -limit), limit).
    pub fn clip, clip_piece(limit: T, g: &mut [T]) {
        *g = g.maximum(-limit).minimum(limit);
    }
}

steps! {
    /// g ← factor · g.
    pub fn scale, scale_piece(factor: T, g: &mut [T]) {
        *g *= factor;
    }
}

steps! {
    /// Σ ← Σ + g.
    pub fn accumulate, accumulate_piece(_numbers: (), sum: &mut [T], g: &[T]) {
        *sum += *g;
    }
}

steps! {
    /// Σ ← (Σ + g) / count: the last of `count` gradients, and their mean.
    pub fn mean, mean_piece(count: T, sum: &mut [T], g: &[T]) {
        *sum = (*g + *sum) / count;
    }
}

steps! {
    /// w ← w - rate · w.
    pub fn decay, decay_piece(rate: T, w: &mut [T]) {
        *w -= *w * rate;
    }
}

/// The numbers of [`average`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AverageStep<T> {
    /// How much of the average remains.
    pub momentum: T,
    /// 1 - momentum.
    pub rest: T,
}

steps! {
    /// a ← μ a + (1 - μ) w.
    pub fn average, average_piece(step: AverageStep<T>, a: &mut [T], w: &[T]) {
        *a = step.momentum * *a + step.rest * *w;
    }
}
