//! [`SparseCategoricalCrossentropy`].

use core::marker::PhantomData;

use katachi_core::element::Element;
use katachi_core::kernels;

use super::options::{OptionError, Smoothing, check_label_smoothing};
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
    label_smoothing: f64,
    reads: PhantomData<Reads>,
}

impl SparseCategoricalCrossentropy<Logits> {
    /// For outputs that are logits z, with ln p = z - ln Σⱼ exp(zⱼ), the largest taken out of the sum. The gradient is
    /// p / samples, and (p - 1) / samples for the labelled class.
    pub const fn from_logits() -> Self {
        Self { label_smoothing: 0.0, reads: PhantomData }
    }
}

impl SparseCategoricalCrossentropy<Probabilities> {
    /// For outputs that are probabilities p. They are kept between 10⁻⁷ and 1 - 10⁻⁷, as in Keras; beyond those bounds
    /// the gradient is 0, between them -1 / (p samples) for the labelled class and 0 for the others.
    pub const fn from_probabilities() -> Self {
        Self { label_smoothing: 0.0, reads: PhantomData }
    }
}

impl SparseCategoricalCrossentropy<LogProbabilities> {
    /// For outputs that are logarithms of probabilities. The gradient is -1 / samples for the labelled class.
    pub const fn from_log_probabilities() -> Self {
        Self { label_smoothing: 0.0, reads: PhantomData }
    }
}

impl<Reads> SparseCategoricalCrossentropy<Reads> {
    /// s, which makes the target of each class s / classes, and that of the labelled one 1 - s more, so that a model is not
    /// asked to be certain (Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016, section 7).
    /// At least 0 and less than 1, which training checks. `torch.nn.CrossEntropyLoss` has it; in Keras it is an option of
    /// the categorical cross-entropy only.
    ///
    /// ```
    /// use katachi::ending::LinearOutputs;
    /// use katachi::loss::{Loss, SparseCategoricalCrossentropy};
    /// use katachi::targets::ClassLabels;
    ///
    /// let loss = SparseCategoricalCrossentropy::from_logits().label_smoothing(0.5);
    /// let value = Loss::<ClassLabels, LinearOutputs, f64>::value(&loss, 2, &[3.0_f64.ln(), 0.0], &[0]);
    /// assert!((value - (0.75 * (4.0_f64 / 3.0).ln() + 0.25 * 4.0_f64.ln())).abs() < 1e-15);
    /// ```
    pub const fn label_smoothing(mut self, label_smoothing: f64) -> Self {
        self.label_smoothing = label_smoothing;
        self
    }

    /// The loss of a row, from the -ln p of its outputs. Without smoothing only the labelled one is looked at.
    fn row<T: Element>(&self, row: &[T], label: u32, surprise: impl Fn(T) -> T) -> T {
        let smoothing = Smoothing::<T>::new(self.label_smoothing, row.len());
        let labelled = smoothing.keep * surprise(row[label as usize]);
        if self.label_smoothing == 0.0 {
            return labelled;
        }
        labelled + smoothing.spread * row.iter().map(|&output| surprise(output)).sum::<T>()
    }
}

/// Each row of outputs with its label.
fn labelled<'a, T>(width: usize, outputs: &'a [T], labels: &'a [u32]) -> impl Iterator<Item = (&'a [T], u32)> + 'a {
    outputs.chunks_exact(width).zip(labels.iter().copied())
}

impl<F: AreLabels, E: EndsInLogits, T: Element> Loss<F, E, T> for SparseCategoricalCrossentropy<Logits> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let losses = labelled(width, outputs, F::labels::<T>(targets)).map(|(row, label)| {
            let sum = log_sum_exp(row);
            self.row(row, label, |z| sum - z)
        });
        losses.sum::<T>() * reciprocal(targets.len())
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let labels = F::labels::<T>(targets);
        let value = kernels::sparse_softmax_cross_entropy(width, outputs, labels, gradient);
        if self.label_smoothing == 0.0 {
            return value;
        }
        let factor: T = reciprocal(targets.len());
        let smoothing = Smoothing::<T>::new(self.label_smoothing, width);
        for (row, &label) in gradient.chunks_exact_mut(width).zip(labels) {
            for dz in &mut *row {
                *dz -= factor * smoothing.spread;
            }
            row[label as usize] += factor * (T::ONE - smoothing.keep);
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }

    fn validate(&self) -> Result<(), OptionError> {
        check_label_smoothing(self.label_smoothing)
    }
}

impl<F: AreLabels, E: EndsInSoftmax, T: Element> Loss<F, E, T> for SparseCategoricalCrossentropy<Probabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let rows = labelled(width, outputs, F::labels::<T>(targets));
        rows.map(|(row, label)| self.row(row, label, |p| -clip(p).0.ln())).sum::<T>() * reciprocal(targets.len())
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(targets.len());
        let smoothing = Smoothing::<T>::new(self.label_smoothing, width);
        let slope = |p: T| {
            let (p, inside) = clip(p);
            if inside { -(factor / p) } else { T::ZERO }
        };
        let rows = labelled(width, outputs, F::labels::<T>(targets));
        for ((row, label), dp) in rows.zip(gradient.chunks_exact_mut(width)) {
            dp.fill(T::ZERO);
            if self.label_smoothing != 0.0 {
                for (dp, &p) in dp.iter_mut().zip(row) {
                    *dp = smoothing.spread * slope(p);
                }
            }
            dp[label as usize] += smoothing.keep * slope(row[label as usize]);
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }

    fn validate(&self) -> Result<(), OptionError> {
        check_label_smoothing(self.label_smoothing)
    }
}

impl<F: AreLabels, E: EndsInLogSoftmax, T: Element> Loss<F, E, T> for SparseCategoricalCrossentropy<LogProbabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let rows = labelled(width, outputs, F::labels::<T>(targets));
        rows.map(|(row, label)| self.row(row, label, |log_p| -log_p)).sum::<T>() * reciprocal(targets.len())
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(targets.len());
        let smoothing = Smoothing::<T>::new(self.label_smoothing, width);
        gradient.fill(-(factor * smoothing.spread));
        for (row, &label) in gradient.chunks_exact_mut(width).zip(F::labels::<T>(targets)) {
            row[label as usize] -= factor * smoothing.keep;
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }

    fn validate(&self) -> Result<(), OptionError> {
        check_label_smoothing(self.label_smoothing)
    }
}
