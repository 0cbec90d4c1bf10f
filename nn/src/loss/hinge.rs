//! [`Hinge`] and [`SquaredHinge`].

use katachi_core::element::Element;

use super::pointwise::{mean_and_gradient_of, mean_of};
use super::{AnyShape, AreValues, EndsInScores, Loss};

/// The mean over samples and outputs of max(1 - t y, 0): each output is a score that is to have the sign of its target,
/// and at least the size 1 (the margin of a support vector machine: Cortes and Vapnik, "Support-Vector Networks", 1995).
///
/// Targets are -1 and 1. Those of a batch that are all 0 or 1 are read as -1 and 1, as in Keras. Its gradient is
/// -t / count inside the margin, and 0 on its edge and beyond. `keras.losses.Hinge`.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{Hinge, Loss};
/// use katachi::targets::TargetValues;
///
/// let mut gradient = [0.0; 2];
/// let value = Loss::<TargetValues, LinearOutputs, f32>::value_and_gradient(
///     &Hinge, 1, &[0.5, -3.0], &[1.0, 0.0], &mut gradient,
/// );
/// assert_eq!((value, gradient), (0.25, [-0.5, 0.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Hinge;

/// The mean over samples and outputs of max(1 - t y, 0)², with targets as those of [`Hinge`].
///
/// Its gradient is -2 t max(1 - t y, 0) / count, which fades out towards the edge of the margin.
/// `keras.losses.SquaredHinge`.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{Loss, SquaredHinge};
/// use katachi::targets::TargetValues;
///
/// let mut gradient = [0.0; 2];
/// let value = Loss::<TargetValues, LinearOutputs, f32>::value_and_gradient(
///     &SquaredHinge, 1, &[0.5, -3.0], &[1.0, -1.0], &mut gradient,
/// );
/// assert_eq!((value, gradient), (0.125, [-0.5, 0.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SquaredHinge;

/// What reads the targets of a batch as -1 and 1.
fn signs<T: Element>(targets: &[T]) -> impl Fn(T) -> T {
    let are_binary = targets.iter().all(|&t| t == T::ZERO || t == T::ONE);
    move |t| if are_binary { t + t - T::ONE } else { t }
}

/// max(1 - t y, 0); NaN stays.
fn lack<T: Element>(y: T, t: T) -> T {
    (T::ONE - t * y).maximum(T::ZERO)
}

fn plain<T: Element>(y: T, t: T) -> (T, T) {
    let lack = lack(y, t);
    (lack, if lack == T::ZERO { T::ZERO } else { -t })
}

fn squared<T: Element>(y: T, t: T) -> (T, T) {
    let lack = lack(y, t);
    (lack * lack, -(t * (lack + lack)))
}

impl<F: AreValues, E: EndsInScores, T: Element> Loss<F, E, T> for Hinge {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let targets = F::values(targets);
        let sign = signs(targets);
        mean_of(outputs, targets, |y, t| plain(y, sign(t)))
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let targets = F::values(targets);
        let sign = signs(targets);
        mean_and_gradient_of(outputs, targets, gradient, |y, t| plain(y, sign(t)))
    }
}

impl<F: AreValues, E: EndsInScores, T: Element> Loss<F, E, T> for SquaredHinge {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let targets = F::values(targets);
        let sign = signs(targets);
        mean_of(outputs, targets, |y, t| squared(y, sign(t)))
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let targets = F::values(targets);
        let sign = signs(targets);
        mean_and_gradient_of(outputs, targets, gradient, |y, t| squared(y, sign(t)))
    }
}
