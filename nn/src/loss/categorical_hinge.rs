//! [`CategoricalHinge`].

use katachi_core::element::Element;

use super::{AnyShape, AreValues, EndsInScores, Loss, reciprocal};

/// max(1 + maxⱼ (1 - tⱼ) yⱼ - Σⱼ tⱼ yⱼ, 0), the mean over samples: the score of the right class, one-hot, is to be
/// greater by 1 than that of every other, and than 0.
///
/// The margin of several classes of Crammer and Singer ("On the Algorithmic Implementation of Multiclass Kernel-based
/// Vector Machines", 2001, section 3), except that in Keras' formula the right class stands among the others with the
/// score 0. Where the margin is kept the gradient is 0. Elsewhere it is -t / samples, and (1 - t) / samples more for the
/// greatest of the others; equals share it. `keras.losses.CategoricalHinge`.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{CategoricalHinge, Loss};
/// use katachi::targets::TargetValues;
///
/// let mut gradient = [0.0; 3];
/// let value = Loss::<TargetValues, LinearOutputs, f32>::value_and_gradient(
///     &CategoricalHinge, 3, &[2.0, 1.5, -1.0], &[1.0, 0.0, 0.0], &mut gradient,
/// );
/// assert_eq!((value, gradient), (0.5, [-1.0, 1.0, 0.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CategoricalHinge;

/// Of a row: the loss, and the greatest of (1 - t) y; NaN stays.
fn lack<T: Element>(y: &[T], t: &[T]) -> (T, T) {
    let pairs = || y.iter().zip(t).map(|(&y, &t)| (y, t));
    let right: T = pairs().map(|(y, t)| t * y).sum();
    let greatest = pairs().map(|(y, t)| (T::ONE - t) * y).fold(-T::INFINITY, T::maximum);
    ((greatest - right + T::ONE).maximum(T::ZERO), greatest)
}

impl<F: AreValues, E: EndsInScores, T: Element> Loss<F, E, T> for CategoricalHinge {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let rows = outputs.chunks_exact(width).zip(F::values(targets).chunks_exact(width));
        rows.map(|(y, t)| lack(y, t).0).sum::<T>() * reciprocal(outputs.len() / width)
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(outputs.len() / width);
        let mut sum = T::ZERO;
        let rows = outputs.chunks_exact(width).zip(F::values::<T>(targets).chunks_exact(width));
        for ((y, t), dy) in rows.zip(gradient.chunks_exact_mut(width)) {
            let (lack, greatest) = lack(y, t);
            sum += lack;
            if lack == T::ZERO {
                dy.fill(T::ZERO);
                continue;
            }
            let is_greatest = |y: T, t: T| (T::ONE - t) * y == greatest;
            let share: T = reciprocal(y.iter().zip(t).filter(|&(&y, &t)| is_greatest(y, t)).count().max(1));
            for ((dy, &y), &t) in dy.iter_mut().zip(y).zip(t) {
                let other = if is_greatest(y, t) { share * (T::ONE - t) } else { T::ZERO };
                *dy = factor * (other - t);
            }
        }
        sum * factor
    }
}
