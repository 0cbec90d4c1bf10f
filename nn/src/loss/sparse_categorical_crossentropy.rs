//! [`SparseCategoricalCrossentropy`].

use core::marker::PhantomData;

use katachi_core::element::Element;
use katachi_core::kernels;

use super::{
    AnyShape, AreLabels, EndsInLogSoftmax, EndsInLogits, EndsInSoftmax, LogProbabilities, Logits, Loss, Probabilities,
    clip, log_sum_exp, reciprocal,
};

/// -ln p of the labelled class, the mean over samples: one of several classes, the target given as its number.
///
/// `torch.nn.CrossEntropyLoss` is [`from_logits`](SparseCategoricalCrossentropy::from_logits), `torch.nn.NLLLoss` is
/// [`from_log_probabilities`](SparseCategoricalCrossentropy::from_log_probabilities).
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::loss::{Loss, SparseCategoricalCrossentropy};
/// use katachi::targets::ClassLabels;
///
/// let loss = SparseCategoricalCrossentropy::from_logits();
/// let logits = [0.0_f64, 0.0]; // as good as a coin
/// let value = Loss::<ClassLabels, LinearOutputs, f64>::value(&loss, 2, &logits, &[1]);
/// assert!((value - 2.0_f64.ln()).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SparseCategoricalCrossentropy<Reads> {
    reads: PhantomData<Reads>,
}

impl SparseCategoricalCrossentropy<Logits> {
    /// For outputs that are logits z, with ln p = z - ln Σⱼ exp(zⱼ), the largest taken out of the sum. The gradient is
    /// p / samples, and (p - 1) / samples for the labelled class.
    pub const fn from_logits() -> Self {
        Self { reads: PhantomData }
    }
}

impl SparseCategoricalCrossentropy<Probabilities> {
    /// For outputs that are probabilities p. They are kept between 10⁻⁷ and 1 - 10⁻⁷, as in Keras; beyond those bounds
    /// the gradient is 0, between them -1 / (p samples) for the labelled class and 0 for the others.
    pub const fn from_probabilities() -> Self {
        Self { reads: PhantomData }
    }
}

impl SparseCategoricalCrossentropy<LogProbabilities> {
    /// For outputs that are logarithms of probabilities. The gradient is -1 / samples for the labelled class.
    pub const fn from_log_probabilities() -> Self {
        Self { reads: PhantomData }
    }
}

/// The output of each row for its label.
fn labelled<'a, T: Element>(width: usize, outputs: &'a [T], labels: &'a [u32]) -> impl Iterator<Item = T> + 'a {
    outputs.chunks_exact(width).zip(labels).map(|(row, &label)| row[label as usize])
}

impl<F: AreLabels, E: EndsInLogits, T: Element> Loss<F, E, T> for SparseCategoricalCrossentropy<Logits> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let sums = outputs.chunks_exact(width).map(log_sum_exp);
        let losses = sums.zip(labelled(width, outputs, F::labels::<T>(targets))).map(|(sum, z)| sum - z);
        losses.sum::<T>() * reciprocal(targets.len())
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        kernels::sparse_softmax_cross_entropy(width, outputs, F::labels::<T>(targets), gradient)
    }
}

impl<F: AreLabels, E: EndsInSoftmax, T: Element> Loss<F, E, T> for SparseCategoricalCrossentropy<Probabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let losses = labelled(width, outputs, F::labels::<T>(targets)).map(|p| -clip(p).0.ln());
        losses.sum::<T>() * reciprocal(targets.len())
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(targets.len());
        let labels = F::labels::<T>(targets);
        gradient.fill(T::ZERO);
        for ((row, p), &label) in gradient.chunks_exact_mut(width).zip(labelled(width, outputs, labels)).zip(labels) {
            let (p, inside) = clip(p);
            row[label as usize] = if inside { -(factor / p) } else { T::ZERO };
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }
}

impl<F: AreLabels, E: EndsInLogSoftmax, T: Element> Loss<F, E, T> for SparseCategoricalCrossentropy<LogProbabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        -(labelled(width, outputs, F::labels::<T>(targets)).sum::<T>() * reciprocal(targets.len()))
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(targets.len());
        gradient.fill(T::ZERO);
        for (row, &label) in gradient.chunks_exact_mut(width).zip(F::labels::<T>(targets)) {
            row[label as usize] = -factor;
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }
}
