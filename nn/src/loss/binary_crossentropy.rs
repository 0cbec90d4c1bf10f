//! [`BinaryCrossentropy`].

use core::marker::PhantomData;

use katachi_core::element::Element;

use super::options::{OptionError, Smoothing, check_label_smoothing};
use super::pointwise::{mean_and_gradient_of, mean_of};
use super::{AnyShape, AreValues, EndsInLogits, EndsInSigmoid, Logits, Loss, Probabilities, clip};

/// -t ln p - (1 - t) ln(1 - p), the mean over samples and outputs: each output says yes or no on its own.
///
/// The targets are values from 0 to 1. `keras.losses.BinaryCrossentropy`, `torch.nn.BCEWithLogitsLoss` and
/// `torch.nn.BCELoss`.
#[derive(Clone, Copy, Debug)]
pub struct BinaryCrossentropy<Reads> {
    label_smoothing: f64,
    reads: PhantomData<Reads>,
}

impl BinaryCrossentropy<Logits> {
    /// For outputs that are logits z, with p = sigmoid(z), computed as max(z, 0) - z t + ln(1 + exp(-|z|)), which
    /// neither overflows nor cancels. The gradient is (p - t) / count.
    pub const fn from_logits() -> Self {
        Self { label_smoothing: 0.0, reads: PhantomData }
    }
}

impl BinaryCrossentropy<Probabilities> {
    /// For outputs that are probabilities p. They are kept between 10⁻⁷ and 1 - 10⁻⁷, as in Keras, so the loss is at
    /// most 16.1; beyond those bounds the gradient is 0, between them (p - t) / (p (1 - p) count).
    pub const fn from_probabilities() -> Self {
        Self { label_smoothing: 0.0, reads: PhantomData }
    }
}

impl<Reads> BinaryCrossentropy<Reads> {
    /// s, which draws the targets towards ½, to t (1 - s) + s / 2, so that a model is not asked to be certain (Szegedy et
    /// al., "Rethinking the Inception Architecture for Computer Vision", 2016, section 7). At least 0 and less than 1,
    /// which training checks.
    ///
    /// ```
    /// use katachi::ending::LinearOutputs;
    /// use katachi::loss::{BinaryCrossentropy, Loss};
    /// use katachi::targets::TargetValues;
    ///
    /// let (plain, smoothed) = (BinaryCrossentropy::from_logits(), BinaryCrossentropy::from_logits().label_smoothing(0.5));
    /// let value = Loss::<TargetValues, LinearOutputs, f64>::value(&smoothed, 1, &[2.0], &[1.0]);
    /// assert_eq!(value, Loss::<TargetValues, LinearOutputs, f64>::value(&plain, 1, &[2.0], &[0.75]));
    /// ```
    pub const fn label_smoothing(mut self, label_smoothing: f64) -> Self {
        self.label_smoothing = label_smoothing;
        self
    }
}

impl BinaryCrossentropy<Logits> {
    fn each<T: Element>(self) -> impl Fn(T, T) -> (T, T) {
        let smoothing = Smoothing::new(self.label_smoothing, 2);
        move |z, t| {
            let (t, positive) = (smoothing.of(t), if z < T::ZERO { T::ZERO } else { z });
            (positive - z * t + (-z.abs()).exp().ln_1p(), z.sigmoid() - t)
        }
    }
}

impl BinaryCrossentropy<Probabilities> {
    fn each<T: Element>(self) -> impl Fn(T, T) -> (T, T) {
        let smoothing = Smoothing::new(self.label_smoothing, 2);
        move |p, t| {
            let (t, (p, inside)) = (smoothing.of(t), clip(p));
            let slope = if inside { (p - t) / (p * (T::ONE - p)) } else { T::ZERO };
            (-(t * p.ln()) - (T::ONE - t) * (-p).ln_1p(), slope)
        }
    }
}

impl<F: AreValues, E: EndsInLogits, T: Element> Loss<F, E, T> for BinaryCrossentropy<Logits> {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), self.each())
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, self.each())
    }

    fn validate(&self) -> Result<(), OptionError> {
        check_label_smoothing(self.label_smoothing)
    }
}

impl<F: AreValues, E: EndsInSigmoid, T: Element> Loss<F, E, T> for BinaryCrossentropy<Probabilities> {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), self.each())
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, self.each())
    }

    fn validate(&self) -> Result<(), OptionError> {
        check_label_smoothing(self.label_smoothing)
    }
}
