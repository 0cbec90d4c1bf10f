//! [`LogCosh`].

use katachi_core::element::Element;

use super::pointwise::{mean_and_gradient_of, mean_of};
use super::{AnyShape, AreValues, Loss};
use crate::ending::Ending;

/// The mean over samples and outputs of ln cosh(y - t): about ½ e² for small errors e, and |e| - ln 2 for large ones.
///
/// Like [`Huber`](super::Huber), but smooth; its gradient is tanh(y - t) / count. It never overflows: for |e| ≥ 1 it is
/// computed as |e| + ln(1 + exp(-2 |e|)) - ln 2, and below as -½ ln(1 - tanh² e), which does not cancel.
/// `keras.losses.LogCosh`.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{LogCosh, Loss};
/// use katachi::targets::TargetValues;
///
/// let value = Loss::<TargetValues, LinearOutputs, f64>::value(&LogCosh, 1, &[5.0], &[2.0]);
/// assert!((value - 3.0_f64.cosh().ln()).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct LogCosh;

fn each<T: Element>(y: T, t: T) -> (T, T) {
    let error = y - t;
    let (size, slope) = (error.abs(), error.tanh());
    let value = if size < T::ONE {
        T::from_f64(-0.5) * (-(slope * slope)).ln_1p()
    } else {
        size + (T::from_f64(-2.0) * size).exp().ln_1p() - T::from_f64(core::f64::consts::LN_2)
    };
    (value, slope)
}

impl<F: AreValues, E: Ending, T: Element> Loss<F, E, T> for LogCosh {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), each)
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, each)
    }
}
