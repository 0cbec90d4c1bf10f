//! [`MeanAbsoluteError`].

use katachi_core::element::Element;

use super::pointwise::{mean_and_gradient_of, mean_of};
use super::{AnyShape, AreValues, Loss};
use crate::ending::Ending;

/// The mean over samples and outputs of |y - t|; its gradient is sign(y - t) / count, and 0 where y is t.
///
/// Against an outlier it pulls no harder than against any other error. `keras.losses.MeanAbsoluteError`,
/// `torch.nn.L1Loss`.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{Loss, MeanAbsoluteError};
/// use katachi::targets::TargetValues;
///
/// let mut gradient = [0.0; 2];
/// let value = Loss::<TargetValues, LinearOutputs, f32>::value_and_gradient(
///     &MeanAbsoluteError, 2, &[1.0, 5.0], &[1.0, 2.0], &mut gradient,
/// );
/// assert_eq!((value, gradient), (1.5, [0.0, 0.5]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanAbsoluteError;

fn each<T: Element>(y: T, t: T) -> (T, T) {
    ((y - t).abs(), (y - t).sign())
}

impl<F: AreValues, E: Ending, T: Element> Loss<F, E, T> for MeanAbsoluteError {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), each)
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, each)
    }
}
