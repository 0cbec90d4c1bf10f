//! [`CosineSimilarity`].

use katachi_core::element::Element;

use super::{AnyShape, AreValues, EPSILON, Loss, reciprocal};
use crate::ending::Ending;

/// Minus the cosine of the angle between outputs and targets, -Σⱼ yⱼ tⱼ / (‖y‖ ‖t‖) along the last axis, the mean over
/// samples: -1 where they point the same way, 0 at a right angle, 1 where they are opposed.
///
/// With u = y / ‖y‖ and v = t / ‖t‖ the gradient is (u (u · v) - v) / (‖y‖ samples). A length of less than 10⁻⁷ counts as
/// 10⁻⁷, as in Keras, so zeros are at a right angle to everything; outputs that short have no direction, and get the
/// gradient 0. `keras.losses.CosineSimilarity`, and minus `torch.nn.CosineSimilarity`.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{CosineSimilarity, Loss};
/// use katachi::targets::TargetValues;
///
/// let mut gradient = [0.0; 2];
/// let value = Loss::<TargetValues, LinearOutputs, f64>::value_and_gradient(
///     &CosineSimilarity, 2, &[2.0, 0.0], &[3.0, 4.0], &mut gradient,
/// );
/// assert!((value + 0.6).abs() < 1e-15 && gradient[0].abs() < 1e-15 && (gradient[1] + 0.4).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CosineSimilarity;

/// 1 / ‖row‖, and whether the row is long enough to have a direction.
fn inverse_length<T: Element>(row: &[T]) -> (T, bool) {
    let epsilon = T::from_f64(EPSILON);
    let length = row.iter().map(|&value| value * value).sum::<T>().sqrt();
    if length < epsilon { (T::ONE / epsilon, false) } else { (T::ONE / length, true) }
}

fn dot<T: Element>(a: &[T], b: &[T]) -> T {
    a.iter().zip(b).map(|(&a, &b)| a * b).sum()
}

impl<F: AreValues, E: Ending, T: Element> Loss<F, E, T> for CosineSimilarity {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let rows = outputs.chunks_exact(width).zip(F::values(targets).chunks_exact(width));
        let cosines = rows.map(|(y, t)| dot(y, t) * inverse_length(y).0 * inverse_length(t).0);
        -(cosines.sum::<T>() * reciprocal(outputs.len() / width))
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(outputs.len() / width);
        let mut sum = T::ZERO;
        let rows = outputs.chunks_exact(width).zip(F::values::<T>(targets).chunks_exact(width));
        for ((y, t), dy) in rows.zip(gradient.chunks_exact_mut(width)) {
            let ((per_y, has_direction), (per_t, _)) = (inverse_length(y), inverse_length(t));
            let cosine = dot(y, t) * per_y * per_t;
            sum += cosine;
            if !has_direction {
                dy.fill(T::ZERO);
                continue;
            }
            for ((dy, &y), &t) in dy.iter_mut().zip(y).zip(t) {
                *dy = factor * per_y * (y * per_y * cosine - t * per_t);
            }
        }
        -(sum * factor)
    }
}
