//! [`MeanAbsolutePercentageError`].

use katachi_core::element::Element;

use super::pointwise::{mean_and_gradient_of, mean_of};
use super::{AnyShape, AreValues, EPSILON, Loss};
use crate::ending::Ending;

/// 100 times the mean over samples and outputs of |y - t| / max(|t|, 10⁻⁷), so a percentage of the target.
///
/// Its gradient is 100 sign(y - t) / (max(|t|, 10⁻⁷) count), and 0 where y is t. Targets near 0 make it huge.
/// `keras.losses.MeanAbsolutePercentageError`.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{Loss, MeanAbsolutePercentageError};
/// use katachi::targets::TargetValues;
///
/// let loss = MeanAbsolutePercentageError; // 90 for 100, and 210 for 200
/// assert_eq!(Loss::<TargetValues, LinearOutputs, f64>::value(&loss, 2, &[90.0, 210.0], &[100.0, 200.0]), 7.5);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanAbsolutePercentageError;

fn each<T: Element>(y: T, t: T) -> (T, T) {
    let percent = T::from_f64(100.0) / t.abs().maximum(T::from_f64(EPSILON));
    ((y - t).abs() * percent, (y - t).sign() * percent)
}

impl<F: AreValues, E: Ending, T: Element> Loss<F, E, T> for MeanAbsolutePercentageError {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), each)
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, each)
    }
}
