//! [`MeanSquaredError`].

use katachi_core::element::Element;

use super::{AnyShape, AreValues, Loss, reciprocal};
use crate::ending::Ending;

/// The mean over samples and outputs of (y - t)²; its gradient is 2 (y - t) / count. A loss and a metric.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{Loss, MeanSquaredError};
/// use katachi::targets::TargetValues;
///
/// let mut gradient = [0.0; 2];
/// let value = Loss::<TargetValues, LinearOutputs, f32>::value_and_gradient(
///     &MeanSquaredError, 2, &[1.0, 5.0], &[1.0, 2.0], &mut gradient,
/// );
/// assert_eq!((value, gradient), (4.5, [0.0, 3.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredError;

impl<F: AreValues, E: Ending, T: Element> Loss<F, E, T> for MeanSquaredError {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let squares = outputs.iter().zip(F::values(targets)).map(|(&y, &t)| (y - t) * (y - t));
        squares.sum::<T>() * reciprocal(outputs.len())
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor = T::from_f64(2.0) * reciprocal(outputs.len());
        for ((dy, &y), &t) in gradient.iter_mut().zip(outputs).zip(F::values::<T>(targets)) {
            *dy = factor * (y - t);
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }
}
