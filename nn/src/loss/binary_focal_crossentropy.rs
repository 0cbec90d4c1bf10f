//! [`BinaryFocalCrossentropy`].

use core::marker::PhantomData;

use katachi_core::element::Element;

use super::focus::focus;
use super::options::{OptionError, Smoothing, check, check_gamma, check_label_smoothing};
use super::pointwise::{mean_and_gradient_of, mean_of};
use super::{AnyShape, AreValues, EndsInLogits, EndsInSigmoid, Logits, Loss, Probabilities, clip};

/// (1 - q)ᵞ times the binary cross-entropy, the mean over samples and outputs, with q = t p + (1 - t) (1 - p), the
/// probability of what is right: what the model knows already counts little, so the few hard samples are not drowned by
/// the many easy ones.
///
/// Lin et al., "Focal Loss for Dense Object Detection", 2017, equation 4; with
/// [`apply_class_balancing`](Self::apply_class_balancing) equation 5. The options are Keras', with its defaults: γ = 2,
/// α = 0.25, no class balancing, no label smoothing. `keras.losses.BinaryFocalCrossentropy`,
/// `torchvision.ops.sigmoid_focal_loss`.
///
/// ```
/// use katachi::ending::SigmoidOutputs;
/// use katachi::loss::{BinaryFocalCrossentropy, Loss};
/// use katachi::targets::TargetValues;
///
/// let loss = BinaryFocalCrossentropy::from_probabilities().gamma(1.0);
/// let value = Loss::<TargetValues, SigmoidOutputs, f64>::value(&loss, 1, &[0.75], &[1.0]);
/// assert!((value + 0.25 * 0.75_f64.ln()).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BinaryFocalCrossentropy<Reads> {
    gamma: f64,
    alpha: f64,
    apply_class_balancing: bool,
    label_smoothing: f64,
    reads: PhantomData<Reads>,
}

impl BinaryFocalCrossentropy<Logits> {
    /// For outputs that are logits z, with p = sigmoid(z). The cross-entropy is computed from z, as that of
    /// [`BinaryCrossentropy::from_logits`](super::BinaryCrossentropy::from_logits), and never clipped: beyond |z| = 16
    /// Keras has 16.1 and no gradient.
    pub const fn from_logits() -> Self {
        Self::new()
    }
}

impl BinaryFocalCrossentropy<Probabilities> {
    /// For outputs that are probabilities p. In the cross-entropy, but not in the factor, they are kept between 10⁻⁷ and
    /// 1 - 10⁻⁷, as in Keras.
    pub const fn from_probabilities() -> Self {
        Self::new()
    }
}

impl<Reads> BinaryFocalCrossentropy<Reads> {
    const fn new() -> Self {
        Self { gamma: 2.0, alpha: 0.25, apply_class_balancing: false, label_smoothing: 0.0, reads: PhantomData }
    }

    /// How little the easy samples count; 0 is the plain cross-entropy. A finite number of at least 0, which training
    /// checks.
    pub const fn gamma(mut self, gamma: f64) -> Self {
        self.gamma = gamma;
        self
    }

    /// The weight of class 1 where classes are balanced; that of class 0 is 1 - α. From 0 to 1, which training checks.
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Whether a target of 1 weighs α and a target of 0 weighs 1 - α.
    pub const fn apply_class_balancing(mut self, apply_class_balancing: bool) -> Self {
        self.apply_class_balancing = apply_class_balancing;
        self
    }

    /// s, which makes the targets t (1 - s) + s / 2. At least 0 and less than 1, which training checks.
    pub const fn label_smoothing(mut self, label_smoothing: f64) -> Self {
        self.label_smoothing = label_smoothing;
        self
    }

    fn check(&self) -> Result<(), OptionError> {
        check_gamma(self.gamma)?;
        check((0.0..=1.0).contains(&self.alpha), "alpha", self.alpha, "from 0 to 1")?;
        check_label_smoothing(self.label_smoothing)
    }

    /// What reads a target: smoothed, and its weight.
    fn targets<T: Element>(&self) -> impl Fn(T) -> (T, T) {
        let (smoothing, is_balanced) = (Smoothing::new(self.label_smoothing, 2), self.apply_class_balancing);
        let (one, zero) = (T::from_f64(self.alpha), T::from_f64(1.0 - self.alpha));
        move |t| {
            let t = smoothing.of(t);
            (t, if is_balanced { t * one + (T::ONE - t) * zero } else { T::ONE })
        }
    }
}

impl BinaryFocalCrossentropy<Logits> {
    fn each<T: Element>(&self) -> impl Fn(T, T) -> (T, T) {
        let (gamma, target) = (T::from_f64(self.gamma), self.targets());
        move |z, t| {
            let (t, weight) = target(t);
            let (p, not_p) = (z.sigmoid(), (-z).sigmoid());
            let entropy = z.maximum(T::ZERO) - z * t + (-z.abs()).exp().ln_1p();
            let (factor, slope) = focus(t * not_p + (T::ONE - t) * p, gamma);
            let slope_by_z = slope * (T::ONE - t - t) * (p * not_p);
            (weight * factor * entropy, weight * (slope_by_z * entropy + factor * (p - t)))
        }
    }
}

impl BinaryFocalCrossentropy<Probabilities> {
    fn each<T: Element>(&self) -> impl Fn(T, T) -> (T, T) {
        let (gamma, target) = (T::from_f64(self.gamma), self.targets());
        move |p, t| {
            let (t, weight) = target(t);
            let (kept, inside) = clip(p);
            let entropy = -(t * kept.ln()) - (T::ONE - t) * (-kept).ln_1p();
            let entropy_slope = if inside { (p - t) / (p * (T::ONE - p)) } else { T::ZERO };
            let (factor, slope) = focus(t * (T::ONE - p) + (T::ONE - t) * p, gamma);
            let slope_by_p = slope * (T::ONE - t - t);
            (weight * factor * entropy, weight * (slope_by_p * entropy + factor * entropy_slope))
        }
    }
}

impl<F: AreValues, E: EndsInLogits, T: Element> Loss<F, E, T> for BinaryFocalCrossentropy<Logits> {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), self.each())
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, self.each())
    }

    fn validate(&self) -> Result<(), OptionError> {
        self.check()
    }
}

impl<F: AreValues, E: EndsInSigmoid, T: Element> Loss<F, E, T> for BinaryFocalCrossentropy<Probabilities> {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        mean_of(outputs, F::values(targets), self.each())
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        mean_and_gradient_of(outputs, F::values(targets), gradient, self.each())
    }

    fn validate(&self) -> Result<(), OptionError> {
        self.check()
    }
}
