//! [`CategoricalFocalCrossentropy`].

use core::marker::PhantomData;

use katachi_core::element::Element;

use super::focus::focus;
use super::options::{OptionError, Smoothing, check, check_gamma, check_label_smoothing};
use super::pointwise::{sum_and_gradient_of, sum_of};
use super::{
    AnyShape, AreValues, EndsInLogSoftmax, EndsInLogits, EndsInSoftmax, LogProbabilities, Logits, Loss, Probabilities,
    clip, log_sum_exp, reciprocal,
};

/// -α Σⱼ tⱼ (1 - pⱼ)ᵞ ln pⱼ, the mean over samples: the categorical cross-entropy in which samples that the model knows
/// already count little. The target is a probability for each class (one-hot); `data.one_hot()` makes it of labels.
///
/// Lin et al., "Focal Loss for Dense Object Detection", 2017, equation 5, for several classes with one weight. The options
/// are Keras', with its defaults: γ = 2, α = 0.25, no label smoothing. `keras.losses.CategoricalFocalCrossentropy`.
///
/// ```
/// use katachi::ending::SoftmaxOutputs;
/// use katachi::loss::{CategoricalFocalCrossentropy, Loss};
/// use katachi::targets::TargetValues;
///
/// let loss = CategoricalFocalCrossentropy::from_probabilities().alpha(1.0);
/// let value = Loss::<TargetValues, SoftmaxOutputs, f64>::value(&loss, 2, &[0.75, 0.25], &[1.0, 0.0]);
/// assert!((value + 0.0625 * 0.75_f64.ln()).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CategoricalFocalCrossentropy<Reads> {
    gamma: f64,
    alpha: f64,
    label_smoothing: f64,
    reads: PhantomData<Reads>,
}

impl CategoricalFocalCrossentropy<Logits> {
    /// For outputs that are logits z, with ln p = z - ln Σⱼ exp(zⱼ), the largest taken out of the sum. Nothing is clipped:
    /// where p is below 10⁻⁷ Keras has -ln p = 16.1 and no gradient.
    pub const fn from_logits() -> Self {
        Self::new()
    }
}

impl CategoricalFocalCrossentropy<Probabilities> {
    /// For outputs that are probabilities p. They are kept between 10⁻⁷ and 1 - 10⁻⁷, as in Keras; beyond those bounds
    /// the gradient is 0. They are not divided by their sum, which a softmax makes one.
    pub const fn from_probabilities() -> Self {
        Self::new()
    }
}

impl CategoricalFocalCrossentropy<LogProbabilities> {
    /// For outputs that are logarithms of probabilities.
    pub const fn from_log_probabilities() -> Self {
        Self::new()
    }
}

impl<Reads> CategoricalFocalCrossentropy<Reads> {
    const fn new() -> Self {
        Self { gamma: 2.0, alpha: 0.25, label_smoothing: 0.0, reads: PhantomData }
    }

    /// How little the easy samples count; 0 is the plain cross-entropy, times α. A finite number of at least 0, which
    /// training checks.
    pub const fn gamma(mut self, gamma: f64) -> Self {
        self.gamma = gamma;
        self
    }

    /// The weight of all classes: a finite number of at least 0, which training checks.
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// s, which makes the targets t (1 - s) + s / classes. At least 0 and less than 1, which training checks.
    pub const fn label_smoothing(mut self, label_smoothing: f64) -> Self {
        self.label_smoothing = label_smoothing;
        self
    }

    fn check(&self) -> Result<(), OptionError> {
        check_gamma(self.gamma)?;
        let is_fine = self.alpha.is_finite() && self.alpha >= 0.0;
        check(is_fine, "alpha", self.alpha, "a finite number of at least 0")?;
        check_label_smoothing(self.label_smoothing)
    }

    /// The part of one class in the loss of a row, and its derivative, for ln p.
    fn by_log<T: Element>(&self, classes: usize) -> impl Fn(T, T) -> (T, T) {
        let (gamma, alpha) = (T::from_f64(self.gamma), T::from_f64(self.alpha));
        let smoothing = Smoothing::new(self.label_smoothing, classes);
        move |log_p, t| {
            let weight = alpha * smoothing.of(t);
            if weight == T::ZERO {
                return (T::ZERO, T::ZERO); // 0 · ln 0 is 0 here, for the class is not the target's.
            }
            let p = log_p.exp();
            let (factor, slope) = focus(T::ONE - p, gamma);
            (-(weight * factor * log_p), weight * (slope * p * log_p - factor))
        }
    }
}

impl<F: AreValues, E: EndsInLogits, T: Element> Loss<F, E, T> for CategoricalFocalCrossentropy<Logits> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let each = self.by_log(width);
        let rows = outputs.chunks_exact(width).zip(F::values(targets).chunks_exact(width));
        let losses = rows.map(|(z, t)| {
            let sum = log_sum_exp(z);
            z.iter().zip(t).map(|(&z, &t)| each(z - sum, t).0).sum::<T>()
        });
        losses.sum::<T>() * reciprocal(outputs.len() / width)
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(outputs.len() / width);
        let each = self.by_log(width);
        let mut total = T::ZERO;
        let rows = outputs.chunks_exact(width).zip(F::values(targets).chunks_exact(width));
        for ((z, t), dz) in rows.zip(gradient.chunks_exact_mut(width)) {
            let sum = log_sum_exp(z);
            let (mut value, mut slopes) = (T::ZERO, T::ZERO);
            for ((dz, &z), &t) in dz.iter_mut().zip(z).zip(t) {
                let (part, slope) = each(z - sum, t);
                value += part;
                slopes += slope;
                *dz = slope;
            }
            for (dz, &z) in dz.iter_mut().zip(z) {
                *dz = factor * (*dz - (z - sum).exp() * slopes); // every ln p falls with every other logit
            }
            total += value;
        }
        total * factor
    }

    fn validate(&self) -> Result<(), OptionError> {
        self.check()
    }
}

impl CategoricalFocalCrossentropy<Probabilities> {
    fn each<T: Element>(&self, classes: usize) -> impl Fn(T, T) -> (T, T) {
        let (gamma, alpha) = (T::from_f64(self.gamma), T::from_f64(self.alpha));
        let smoothing = Smoothing::new(self.label_smoothing, classes);
        move |p, t| {
            let (weight, (p, inside)) = (alpha * smoothing.of(t), clip(p));
            let (factor, slope) = focus(T::ONE - p, gamma);
            let by_p = if inside { weight * (slope * p.ln() - factor / p) } else { T::ZERO };
            (-(weight * factor * p.ln()), by_p)
        }
    }
}

impl<F: AreValues, E: EndsInSoftmax, T: Element> Loss<F, E, T> for CategoricalFocalCrossentropy<Probabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        sum_of(reciprocal(outputs.len() / width), outputs, F::values(targets), self.each(width))
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor = reciprocal(outputs.len() / width);
        sum_and_gradient_of(factor, outputs, F::values(targets), gradient, self.each(width))
    }

    fn validate(&self) -> Result<(), OptionError> {
        self.check()
    }
}

impl<F: AreValues, E: EndsInLogSoftmax, T: Element> Loss<F, E, T> for CategoricalFocalCrossentropy<LogProbabilities> {
    type Outputs = AnyShape;

    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        sum_of(reciprocal(outputs.len() / width), outputs, F::values(targets), self.by_log(width))
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor = reciprocal(outputs.len() / width);
        sum_and_gradient_of(factor, outputs, F::values(targets), gradient, self.by_log(width))
    }

    fn validate(&self) -> Result<(), OptionError> {
        self.check()
    }
}
