//! [`KlDivergence`].

use katachi_core::element::Element;

use super::pointwise::{sum_and_gradient_of, sum_of};
use super::{AnyShape, AreValues, EPSILON, EndsInDistribution, Loss, clip_between, reciprocal};

/// Σⱼ tⱼ ln(tⱼ / pⱼ), the mean over samples: how far the probabilities p are from those of the targets (Kullback and
/// Leibler, "On Information and Sufficiency", 1951, equation 2.2).
///
/// Both are kept between 10⁻⁷ and 1, as in Keras; beyond those bounds the gradient is 0, between them -t / (p samples).
/// `keras.losses.KLDivergence`; `torch.nn.KLDivLoss` takes logarithms of p and keeps nothing in bounds.
///
/// ```
/// use katachi::ending::SoftmaxOutputs;
/// use katachi::loss::{KlDivergence, Loss};
/// use katachi::targets::TargetValues;
///
/// let (even, loaded) = ([0.5_f64, 0.5], [0.25, 0.75]);
/// let value = Loss::<TargetValues, SoftmaxOutputs, f64>::value(&KlDivergence, 2, &loaded, &even);
/// assert!((value - 0.5 * (4.0_f64 / 3.0).ln()).abs() < 1e-15);
/// assert_eq!(Loss::<TargetValues, SoftmaxOutputs, f64>::value(&KlDivergence, 2, &even, &even), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct KlDivergence;

fn each<T: Element>(p: T, t: T) -> (T, T) {
    let epsilon = T::from_f64(EPSILON);
    let ((p, inside), (t, _)) = (clip_between(epsilon, p, T::ONE), clip_between(epsilon, t, T::ONE));
    (t * (t / p).ln(), if inside { -(t / p) } else { T::ZERO })
}

impl<F: AreValues, E: EndsInDistribution, T: Element> Loss<F, E, T> for KlDivergence {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        sum_of(reciprocal(outputs.len() / width), outputs, F::values(targets), each)
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        sum_and_gradient_of(reciprocal(outputs.len() / width), outputs, F::values(targets), gradient, each)
    }
}
