//! L1 and L2 regularisation.

use super::parallel;
use super::processor::per_processor;
use crate::element::Element;

/// Parameters that are walked twice at a time, first for the sum and then for the gradient: they stay in the cache.
const GRAIN: usize = 1 << 13;

/// Lanes of a sum. Fixed, so that the sum has the same order on every processor.
const LANES: usize = 16;

/// Returns l1 Σ|w| + l2 Σw², and adds its gradient, l1 sign(w) + 2 l2 w with sign(0) = 0.
pub fn penalty<T: Element>(l1: T, l2: T, parameter: &[T], dparameter: &mut [T]) -> T {
    assert_eq!(parameter.len(), dparameter.len(), "one derivative for each parameter");
    parallel::sum((parameter, dparameter), GRAIN, &|(w, dw)| penalty_piece(l1, l2, w, dw))
}

per_processor! {
    fn penalty_piece<T: Element>(l1: T, l2: T, parameter: &[T], dparameter: &mut [T]) -> T {
        let mut sums = [T::ZERO; LANES];
        let (blocks, rest) = parameter.as_chunks::<LANES>();
        for block in blocks {
            for (sum, w) in sums.iter_mut().zip(block) {
                *sum += l1 * w.abs() + l2 * *w * *w;
            }
        }
        for (sum, w) in sums.iter_mut().zip(rest) {
            *sum += l1 * w.abs() + l2 * *w * *w;
        }
        for (w, dw) in parameter.iter().zip(dparameter) {
            let positive = if *w > T::ZERO { l1 } else { T::ZERO };
            let negative = if *w < T::ZERO { l1 } else { T::ZERO };
            *dw += (positive - negative) + (l2 + l2) * *w;
        }
        sums.into_iter().sum()
    }
}
