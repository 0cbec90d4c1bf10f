//! [`CategoricalCrossentropy`].

use core::marker::PhantomData;

use katachi_core::element::Element;
use katachi_core::kernels;

use super::{
    AnyShape, AreValues, EndsInLogSoftmax, EndsInLogits, EndsInSoftmax, LogProbabilities, Logits, Loss, Probabilities,
    clip, log_sum_exp, reciprocal,
};

/// -Σⱼ tⱼ ln pⱼ, the mean over samples: one of several classes, the target given as a probability for each (one-hot).
///
/// For class labels there is [`SparseCategoricalCrossentropy`](super::SparseCategoricalCrossentropy), which gives the
/// same numbers.
#[derive(Clone, Copy, Debug)]
pub struct CategoricalCrossentropy<Reads> {
    reads: PhantomData<Reads>,
}

impl CategoricalCrossentropy<Logits> {
    /// For outputs that are logits z, with ln p = z - ln Σⱼ exp(zⱼ), the largest taken out of the sum. The gradient is
    /// (p Σⱼ tⱼ - t) / samples.
    pub const fn from_logits() -> Self {
        Self { reads: PhantomData }
    }
}

impl CategoricalCrossentropy<Probabilities> {
    /// For outputs that are probabilities p. They are kept between 10⁻⁷ and 1 - 10⁻⁷, as in Keras; beyond those bounds
    /// the gradient is 0, between them -t / (p samples). They are not divided by their sum, which a softmax makes one.
    pub const fn from_probabilities() -> Self {
        Self { reads: PhantomData }
    }
}

impl CategoricalCrossentropy<LogProbabilities> {
    /// For outputs that are logarithms of probabilities. The gradient is -t / samples.
    pub const fn from_log_probabilities() -> Self {
        Self { reads: PhantomData }
    }
}

impl<F: AreValues, E: EndsInLogits, T: Element> Loss<F, E, T> for CategoricalCrossentropy<Logits> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let rows = outputs.chunks_exact(width).zip(F::values(targets).chunks_exact(width));
        let losses = rows.map(|(z, t)| {
            let sum = log_sum_exp(z);
            z.iter().zip(t).map(|(&z, &t)| t * (sum - z)).sum::<T>()
        });
        losses.sum::<T>() * reciprocal(outputs.len() / width)
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(outputs.len() / width);
        gradient.copy_from_slice(outputs);
        kernels::softmax(width, gradient);
        for (p, t) in gradient.chunks_exact_mut(width).zip(F::values::<T>(targets).chunks_exact(width)) {
            let total: T = t.iter().copied().sum();
            for (p, &t) in p.iter_mut().zip(t) {
                *p = factor * (*p * total - t);
            }
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }
}

impl<F: AreValues, E: EndsInSoftmax, T: Element> Loss<F, E, T> for CategoricalCrossentropy<Probabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let losses = outputs.iter().zip(F::values(targets)).map(|(&p, &t)| -(t * clip(p).0.ln()));
        losses.sum::<T>() * reciprocal(outputs.len() / width)
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(outputs.len() / width);
        for ((dp, &p), &t) in gradient.iter_mut().zip(outputs).zip(F::values::<T>(targets)) {
            let (p, inside) = clip(p);
            *dp = if inside { -(factor * t / p) } else { T::ZERO };
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }
}

impl<F: AreValues, E: EndsInLogSoftmax, T: Element> Loss<F, E, T> for CategoricalCrossentropy<LogProbabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let losses = outputs.iter().zip(F::values(targets)).map(|(&log_p, &t)| {
            // 0 · ln 0 is 0 here, for the class is not the target's.
            if t == T::ZERO { T::ZERO } else { -(t * log_p) }
        });
        losses.sum::<T>() * reciprocal(outputs.len() / width)
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(outputs.len() / width);
        for (dy, &t) in gradient.iter_mut().zip(F::values::<T>(targets)) {
            *dy = -(factor * t);
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }
}
