//! [`CategoricalCrossentropy`].

use core::marker::PhantomData;

use katachi_core::element::Element;
use katachi_core::kernels;

use super::options::{OptionError, Smoothing, check_label_smoothing};
use super::pointwise::{sum_and_gradient_of, sum_of};
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
    label_smoothing: f64,
    reads: PhantomData<Reads>,
}

impl CategoricalCrossentropy<Logits> {
    /// For outputs that are logits z, with ln p = z - ln Σⱼ exp(zⱼ), the largest taken out of the sum. The gradient is
    /// (p Σⱼ tⱼ - t) / samples.
    pub const fn from_logits() -> Self {
        Self { label_smoothing: 0.0, reads: PhantomData }
    }
}

impl CategoricalCrossentropy<Probabilities> {
    /// For outputs that are probabilities p. They are kept between 10⁻⁷ and 1 - 10⁻⁷, as in Keras; beyond those bounds
    /// the gradient is 0, between them -t / (p samples). They are not divided by their sum, which a softmax makes one.
    pub const fn from_probabilities() -> Self {
        Self { label_smoothing: 0.0, reads: PhantomData }
    }
}

impl CategoricalCrossentropy<LogProbabilities> {
    /// For outputs that are logarithms of probabilities. The gradient is -t / samples.
    pub const fn from_log_probabilities() -> Self {
        Self { label_smoothing: 0.0, reads: PhantomData }
    }
}

impl<Reads> CategoricalCrossentropy<Reads> {
    /// s, which draws the targets towards all classes alike, to t (1 - s) + s / classes, so that a model is not asked to be
    /// certain (Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016, section 7). At least 0
    /// and less than 1, which training checks.
    ///
    /// ```
    /// use katachi::ending::LinearOutputs;
    /// use katachi::loss::{CategoricalCrossentropy, Loss};
    /// use katachi::targets::TargetValues;
    ///
    /// let plain = CategoricalCrossentropy::from_logits();
    /// let smoothed = plain.label_smoothing(0.5);
    /// let value = Loss::<TargetValues, LinearOutputs, f64>::value(&smoothed, 2, &[2.0, 1.0], &[1.0, 0.0]);
    /// assert_eq!(value, Loss::<TargetValues, LinearOutputs, f64>::value(&plain, 2, &[2.0, 1.0], &[0.75, 0.25]));
    /// ```
    pub const fn label_smoothing(mut self, label_smoothing: f64) -> Self {
        self.label_smoothing = label_smoothing;
        self
    }

    fn smoothing<T: Element>(&self, classes: usize) -> Smoothing<T> {
        Smoothing::new(self.label_smoothing, classes)
    }
}

impl<F: AreValues, E: EndsInLogits, T: Element> Loss<F, E, T> for CategoricalCrossentropy<Logits> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let smoothing = self.smoothing(width);
        let rows = outputs.chunks_exact(width).zip(F::values(targets).chunks_exact(width));
        let losses = rows.map(|(z, t)| {
            let sum = log_sum_exp(z);
            z.iter().zip(t).map(|(&z, &t)| smoothing.of(t) * (sum - z)).sum::<T>()
        });
        losses.sum::<T>() * reciprocal(outputs.len() / width)
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(outputs.len() / width);
        let smoothing = self.smoothing(width);
        gradient.copy_from_slice(outputs);
        kernels::softmax(width, gradient);
        for (p, t) in gradient.chunks_exact_mut(width).zip(F::values::<T>(targets).chunks_exact(width)) {
            let total: T = t.iter().map(|&t| smoothing.of(t)).sum();
            for (p, &t) in p.iter_mut().zip(t) {
                *p = factor * (*p * total - smoothing.of(t));
            }
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }

    fn validate(&self) -> Result<(), OptionError> {
        check_label_smoothing(self.label_smoothing)
    }
}

impl CategoricalCrossentropy<Probabilities> {
    fn each<T: Element>(self, classes: usize) -> impl Fn(T, T) -> (T, T) {
        let smoothing = self.smoothing(classes);
        move |p, t| {
            let (t, (p, inside)) = (smoothing.of(t), clip(p));
            (-(t * p.ln()), if inside { -(t / p) } else { T::ZERO })
        }
    }
}

impl<F: AreValues, E: EndsInSoftmax, T: Element> Loss<F, E, T> for CategoricalCrossentropy<Probabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        sum_of(reciprocal(outputs.len() / width), outputs, F::values(targets), self.each(width))
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor = reciprocal(outputs.len() / width);
        sum_and_gradient_of(factor, outputs, F::values(targets), gradient, self.each(width))
    }

    fn validate(&self) -> Result<(), OptionError> {
        check_label_smoothing(self.label_smoothing)
    }
}

impl CategoricalCrossentropy<LogProbabilities> {
    fn each<T: Element>(self, classes: usize) -> impl Fn(T, T) -> (T, T) {
        let smoothing = self.smoothing(classes);
        move |log_p, t| {
            let t = smoothing.of(t);
            // 0 · ln 0 is 0 here, for the class is not the target's.
            (if t == T::ZERO { T::ZERO } else { -(t * log_p) }, -t)
        }
    }
}

impl<F: AreValues, E: EndsInLogSoftmax, T: Element> Loss<F, E, T> for CategoricalCrossentropy<LogProbabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        sum_of(reciprocal(outputs.len() / width), outputs, F::values(targets), self.each(width))
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor = reciprocal(outputs.len() / width);
        sum_and_gradient_of(factor, outputs, F::values(targets), gradient, self.each(width))
    }

    fn validate(&self) -> Result<(), OptionError> {
        check_label_smoothing(self.label_smoothing)
    }
}
