//! Activations: functions that a layer applies to each of its outputs.
//!
//! Softmax and its logarithm look at a whole row; they are in [`kernels::softmax`](mod@crate::kernels::softmax).

use crate::element::Element;

/// An elementwise activation, by its name in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation<T> {
    /// x.
    Linear,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// x where positive, else `negative_slope · x`.
    LeakyRelu {
        /// The slope on the left, usually small and positive.
        negative_slope: T,
    },
    /// x where positive, else `alpha · (eˣ - 1)`.
    Elu {
        /// Minus the limit on the left.
        alpha: T,
    },
    /// `scale · elu(x)` with the two constants that keep mean 0 and variance 1 (Klambauer et al., 2017).
    Selu,
    /// `x Φ(x)`, Φ the normal distribution, through the error function (Hendrycks and Gimpel, 2016).
    Gelu,
    /// The approximation of [`Gelu`](Activation::Gelu) by `tanh` from the same paper.
    GeluTanh,
    /// `x · sigmoid(x)`, also called swish.
    Silu,
    /// `1 / (1 + e⁻ˣ)`.
    Sigmoid,
    /// `relu6(x + 3) / 6`.
    HardSigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// `ln(1 + eˣ)`.
    Softplus,
    /// `x / (1 + |x|)`.
    Softsign,
}

/// What an activation's derivative is computed from, so what the forward pass must keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The value before the activation.
    Input,
    /// The value after it; the layer above keeps that one anyway.
    Output,
    /// The derivative is constant.
    Nothing,
}

const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
/// √(2/π) and the cubic term's factor, of gelu's approximation.
const GELU_SLOPE: f64 = 0.797_884_560_802_865_4;
const GELU_CUBIC: f64 = 0.044_715;

/// `eˣ - 1` for x ≤ 0 without cancellation: `2t / (1 - t)` with `t = tanh(x / 2)`.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
fn exp_minus_one<T: Element>(x: T) -> T {
    let t = (x * T::from_f64(0.5)).tanh();
    (t + t) / (T::ONE - t)
}

#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
impl<T: Element> Activation<T> {
    /// The activation of one value. NaN gives NaN.
    #[inline(always)]
    pub fn apply(self, x: T) -> T {
        let c = T::from_f64;
        match self {
            Self::Linear => x,
            Self::Relu => floor_at_zero(x),
            Self::Relu6 => ceil_at(floor_at_zero(x), c(6.0)),
            Self::LeakyRelu { negative_slope } => select(x < T::ZERO, negative_slope * x, x),
            Self::Elu { alpha } => select(x > T::ZERO, x, alpha * exp_minus_one(x)),
            Self::Selu => {
                let left = c(SELU_ALPHA) * exp_minus_one(x);
                c(SELU_SCALE) * select(x > T::ZERO, x, left)
            }
            Self::Gelu => x * normal_distribution(x),
            Self::GeluTanh => c(0.5) * x * (T::ONE + gelu_argument(x).tanh()),
            Self::Silu => x * x.sigmoid(),
            Self::Sigmoid => x.sigmoid(),
            Self::HardSigmoid => ceil_at(floor_at_zero(x + c(3.0)), c(6.0)) * c(1.0 / 6.0),
            Self::Tanh => x.tanh(),
            Self::Softplus => floor_at_zero(x) + (-x.abs()).exp().ln_1p(),
            Self::Softsign => x / (T::ONE + x.abs()),
        }
    }

    /// What [`derivative`](Activation::derivative) takes: the output where the derivative is a function of it, else the input.
    ///
    /// `leaky_relu` and `elu` save the input, for with a negative slope or alpha the output's sign is not the input's.
    pub fn saves(self) -> Saved {
        match self {
            Self::Linear => Saved::Nothing,
            Self::Relu | Self::Relu6 | Self::Selu | Self::Sigmoid | Self::HardSigmoid | Self::Tanh => Saved::Output,
            Self::LeakyRelu { .. }
            | Self::Elu { .. }
            | Self::Gelu
            | Self::GeluTanh
            | Self::Silu
            | Self::Softplus
            | Self::Softsign => Saved::Input,
        }
    }

    /// The derivative, from the [saved](Activation::saves) value: y is the output, x the input.
    ///
    /// At a kink it is the derivative from the left, which is 0 for `relu` at 0, as in Keras.
    #[inline(always)]
    pub fn derivative(self, saved: T) -> T {
        let c = T::from_f64;
        let (x, y) = (saved, saved);
        match self {
            Self::Linear => T::ONE,
            Self::Relu => select(y > T::ZERO, T::ONE, T::ZERO),
            Self::Relu6 => select(y > T::ZERO && y < c(6.0), T::ONE, T::ZERO),
            Self::LeakyRelu { negative_slope } => select(x > T::ZERO, T::ONE, negative_slope),
            Self::Elu { alpha } => select(x > T::ZERO, T::ONE, alpha * x.exp()),
            Self::Selu => select(y > T::ZERO, c(SELU_SCALE), y + c(SELU_SCALE * SELU_ALPHA)),
            // Φ(x) + x φ(x), φ the density.
            Self::Gelu => {
                let density = (x * x * c(-0.5)).exp()
                    * c(core::f64::consts::FRAC_2_SQRT_PI * 0.5 * core::f64::consts::FRAC_1_SQRT_2);
                normal_distribution(x) + x * density
            }
            // The product rule on ½ x (1 + tanh u).
            Self::GeluTanh => {
                let t = gelu_argument(x).tanh();
                let slope = c(GELU_SLOPE) + c(3.0 * GELU_SLOPE * GELU_CUBIC) * x * x;
                c(0.5) * (T::ONE + t) + c(0.5) * x * (T::ONE - t * t) * slope
            }
            Self::Silu => {
                let s = x.sigmoid();
                s * (T::ONE + x * (T::ONE - s))
            }
            Self::Sigmoid => y * (T::ONE - y),
            Self::HardSigmoid => select(y > T::ZERO && y < T::ONE, c(1.0 / 6.0), T::ZERO),
            Self::Tanh => T::ONE - y * y,
            Self::Softplus => x.sigmoid(),
            Self::Softsign => {
                let d = T::ONE + x.abs();
                T::ONE / (d * d)
            }
        }
    }
}

/// One of two values, both computed already: no branch.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
fn select<T>(first: bool, a: T, b: T) -> T {
    if first { a } else { b }
}

/// `max(x, 0)` that keeps NaN.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
fn floor_at_zero<T: Element>(x: T) -> T {
    select(x < T::ZERO, T::ZERO, x)
}

/// `min(x, ceiling)` that keeps NaN.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
fn ceil_at<T: Element>(x: T, ceiling: T) -> T {
    select(x > ceiling, ceiling, x)
}

/// Φ(x) = (1 + erf(x / √2)) / 2.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
fn normal_distribution<T: Element>(x: T) -> T {
    let half = T::from_f64(0.5);
    half + half * (x * T::from_f64(core::f64::consts::FRAC_1_SQRT_2)).erf()
}

/// √(2/π) (x + 0.044715 x³).
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
fn gelu_argument<T: Element>(x: T) -> T {
    T::from_f64(GELU_SLOPE) * (x + T::from_f64(GELU_CUBIC) * x * x * x)
}

/// Evaluates `$body` with `$constant` bound to the activation as a constant, one arm for each variant, so that each
/// gets a loop of its own instead of a choice for every element.
macro_rules! for_each_activation {
    ($activation:expr, $constant:ident => $body:expr) => {
        match $activation {
            Activation::Linear => {}
            Activation::Relu => {
                let $constant = Activation::Relu;
                $body
            }
            Activation::Relu6 => {
                let $constant = Activation::Relu6;
                $body
            }
            Activation::LeakyRelu { negative_slope } => {
                let $constant = Activation::LeakyRelu { negative_slope };
                $body
            }
            Activation::Elu { alpha } => {
                let $constant = Activation::Elu { alpha };
                $body
            }
            Activation::Selu => {
                let $constant = Activation::Selu;
                $body
            }
            Activation::Gelu => {
                let $constant = Activation::Gelu;
                $body
            }
            Activation::GeluTanh => {
                let $constant = Activation::GeluTanh;
                $body
            }
            Activation::Silu => {
                let $constant = Activation::Silu;
                $body
            }
            Activation::Sigmoid => {
                let $constant = Activation::Sigmoid;
                $body
            }
            Activation::HardSigmoid => {
                let $constant = Activation::HardSigmoid;
                $body
            }
            Activation::Tanh => {
                let $constant = Activation::Tanh;
                $body
            }
            Activation::Softplus => {
                let $constant = Activation::Softplus;
                $body
            }
            Activation::Softsign => {
                let $constant = Activation::Softsign;
                $body
            }
        }
    };
}
pub(crate) use for_each_activation;
