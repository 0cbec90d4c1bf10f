//! [`Huber`].

use katachi_core::element::Element;

use super::options::{OptionError, check};
use super::pointwise::{mean_and_gradient_of, mean_of};
use super::{AnyShape, AreValues, Loss};
use crate::ending::Ending;

/// The mean over samples and outputs of ½ e² where |e| ≤ δ, and of δ |e| - ½ δ² beyond, for the errors e = y - t.
///
/// Squared for small errors and absolute for large ones, which are perhaps outliers (Huber, "Robust Estimation of a
/// Location Parameter", 1964, section 4). Its gradient is e / count, kept between -δ / count and δ / count.
/// `keras.losses.Huber`, `torch.nn.HuberLoss`; `torch.nn.SmoothL1Loss` with β is this one with δ = β, divided by β.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{Huber, Loss};
/// use katachi::targets::TargetValues;
///
/// let (loss, mut gradient) = (Huber::new().delta(2.0), [0.0; 2]);
/// let value = Loss::<TargetValues, LinearOutputs, f32>::value_and_gradient(
///     &loss, 2, &[1.0, 10.0], &[0.0, 0.0], &mut gradient,
/// );
/// assert_eq!((value, gradient), ((0.5 + 18.0) / 2.0, [0.5, 1.0]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Huber {
    delta: f64,
}

impl Huber {
    /// With δ = 1, as in Keras.
    pub const fn new() -> Self {
        Self { delta: 1.0 }
    }

    /// From which error on it is no longer squared: a finite number above 0, which training checks.
    pub const fn delta(mut self, delta: f64) -> Self {
        self.delta = delta;
        self
    }

    fn each<T: Element>(self) -> impl Fn(T, T) -> (T, T) {
        let (delta, half) = (T::from_f64(self.delta), T::from_f64(0.5));
        move |y, t| {
            let error = y - t;
            if error.abs() > delta {
                (delta * error.abs() - half * delta * delta, delta * error.sign())
            } else {
                (half * error * error, error)
            }
        }
    }
}

impl Default for Huber {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: AreValues, E: Ending, T: Element> Loss<F, E, T> for Huber {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), self.each())
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, self.each())
    }

    fn validate(&self) -> Result<(), OptionError> {
        check(self.delta.is_finite() && self.delta > 0.0, "delta", self.delta, "a finite number above 0")
    }
}
