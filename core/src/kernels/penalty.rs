//! L1 and L2 regularisation.

use super::parallel;
use super::processor::per_processor;
use crate::element::Element;

/// Parameters whose penalty is summed at a time.
const GRAIN: usize = 1 << 14;

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
        for (w, dw) in parameter.chunks(LANES).zip(dparameter.chunks_mut(LANES)) {
            for ((w, dw), sum) in w.iter().zip(dw).zip(&mut sums) {
                let w = *w;
                let sign = if w > T::ZERO { T::ONE } else { T::ZERO } - if w < T::ZERO { T::ONE } else { T::ZERO };
                *dw += l1 * sign + (l2 + l2) * w;
                *sum += l1 * w.abs() + l2 * w * w;
            }
        }
        sums.into_iter().sum()
    }
}
