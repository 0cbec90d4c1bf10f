//! [`Poisson`].

use katachi_core::element::Element;

use super::pointwise::{mean_and_gradient_of, mean_of};
use super::{AnyShape, AreValues, EPSILON, EndsInPositives, Loss};

/// The mean over samples and outputs of y - t ln(y + 10⁻⁷): the targets are counts, the outputs the rates that are to
/// explain them.
///
/// It is -ln of the Poisson distribution's probability of t at the rate y, without the term ln t!, which no output
/// changes. Its gradient is (1 - t / (y + 10⁻⁷)) / count. `keras.losses.Poisson`, and `torch.nn.PoissonNLLLoss` with
/// `log_input=False` and `eps=1e-7`.
///
/// ```
/// use katachi::ending::OtherOutputs;
/// use katachi::loss::{Loss, Poisson};
/// use katachi::targets::TargetValues;
///
/// let (counts, mut gradient) = ([3.0_f64, 0.0], [0.0; 2]);
/// Loss::<TargetValues, OtherOutputs, f64>::value_and_gradient(&Poisson, 1, &[3.0, 0.25], &counts, &mut gradient);
/// assert!(gradient[0].abs() < 1e-7 && gradient[1] == 0.5); // the rate of 3 is right, that of 0.25 too high
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Poisson;

fn each<T: Element>(y: T, t: T) -> (T, T) {
    let rate = y + T::from_f64(EPSILON);
    (y - t * rate.ln(), T::ONE - t / rate)
}

impl<F: AreValues, E: EndsInPositives, T: Element> Loss<F, E, T> for Poisson {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), each)
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, each)
    }
}
