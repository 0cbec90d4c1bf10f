//! [`MeanSquaredLogarithmicError`].

use katachi_core::element::Element;

use super::pointwise::{mean_and_gradient_of, mean_of};
use super::{AnyShape, AreValues, EPSILON, EndsAboveZero, Loss};

/// The mean over samples and outputs of (ln(1 + y) - ln(1 + t))²: it asks by which factor they differ.
///
/// For targets that are not negative. What is less than 10⁻⁷ counts as 10⁻⁷, as in Keras; there the gradient is 0, above
/// 2 (ln(1 + y) - ln(1 + t)) / ((1 + y) count). `keras.losses.MeanSquaredLogarithmicError`.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{Loss, MeanSquaredLogarithmicError};
/// use katachi::targets::TargetValues;
///
/// let loss = MeanSquaredLogarithmicError;
/// let value = Loss::<TargetValues, LinearOutputs, f64>::value(&loss, 1, &[19.0], &[9.0]);
/// assert!((value - 2.0_f64.ln().powi(2)).abs() < 1e-15); // twice as much
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredLogarithmicError;

fn each<T: Element>(y: T, t: T) -> (T, T) {
    let epsilon = T::from_f64(EPSILON);
    let kept = y.maximum(epsilon);
    let difference = kept.ln_1p() - t.maximum(epsilon).ln_1p();
    let slope = if y < epsilon { T::ZERO } else { T::from_f64(2.0) * difference / (T::ONE + kept) };
    (difference * difference, slope)
}

impl<F: AreValues, E: EndsAboveZero, T: Element> Loss<F, E, T> for MeanSquaredLogarithmicError {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), each)
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, each)
    }
}
