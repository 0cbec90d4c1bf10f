//! The numbers that a model can be made of: `f32` and `f64`.

use core::fmt::{Debug, Display, LowerExp};
use core::iter::Sum;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::math::{self, SquareRoot};

/// A floating-point type of parameters, activations and gradients: `f32` or `f64`.
///
/// Sealed: kernels are written for these two.
pub trait Element:
    sealed::Sealed
    + bytemuck::Pod
    + Default
    + Debug
    + Display
    + LowerExp
    + PartialOrd
    + Send
    + Sync
    + Sum
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// Positive infinity.
    const INFINITY: Self;
    /// The type's name as the user writes it: `"f32"`.
    const NAME: &'static str;

    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// The same value as `f64` (exact).
    fn to_f64(self) -> f64;
    /// Whether the value is neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// Whether the value is NaN.
    fn is_nan(self) -> bool;
    /// |x|.
    fn abs(self) -> Self;
    /// -1, 0 or 1; NaN of NaN.
    fn sign(self) -> Self;
    /// The smaller of the two; NaN where one is NaN.
    fn minimum(self, other: Self) -> Self;
    /// The larger of the two; NaN where one is NaN.
    fn maximum(self, other: Self) -> Self;
    /// The largest whole number that is not greater.
    fn floor(self) -> Self;
    /// √x, correctly rounded; NaN below 0.
    fn sqrt(self) -> Self;
    /// eˣ.
    fn exp(self) -> Self;
    /// The natural logarithm; -∞ at 0, NaN below.
    fn ln(self) -> Self;
    /// `ln(1 + x)`, precise near 0.
    fn ln_1p(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The logistic function `1 / (1 + exp(-x))`.
    fn sigmoid(self) -> Self;
    /// The error function, 2/√π ∫₀ˣ exp(-t²) dt.
    fn erf(self) -> Self;
    /// The sine; NaN beyond 2⁴⁰.
    fn sin(self) -> Self;
    /// The cosine; NaN beyond 2⁴⁰.
    fn cos(self) -> Self;
    /// x to a whole power; 1 for the power 0.
    fn powi(self, power: i32) -> Self;
    /// x to a power, as C's `pow`: NaN where x is negative and the power no whole number; 1 for the power 0.
    fn powf(self, power: Self) -> Self;
}

macro_rules! element {
    ($type:ident, $functions:ident, $sin:ident, $cos:ident, $power:ident) => {
        impl sealed::Sealed for $type {}

        #[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
        impl Element for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const INFINITY: Self = $type::INFINITY;
            const NAME: &'static str = stringify!($type);

            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, reason = "rounding to the nearest is what the name says")]
            fn from_f64(value: f64) -> Self {
                value as $type
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn is_finite(self) -> bool {
                <$type>::is_finite(self)
            }

            #[inline(always)]
            fn is_nan(self) -> bool {
                <$type>::is_nan(self)
            }

            #[inline(always)]
            fn abs(self) -> Self {
                <$type>::abs(self)
            }

            #[inline(always)]
            fn sign(self) -> Self {
                math::sign(self)
            }

            #[inline(always)]
            fn minimum(self, other: Self) -> Self {
                math::minimum(self, other)
            }

            #[inline(always)]
            fn maximum(self, other: Self) -> Self {
                math::maximum(self, other)
            }

            #[inline(always)]
            fn floor(self) -> Self {
                math::$functions::floor(self)
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                self.square_root()
            }

            #[inline(always)]
            fn exp(self) -> Self {
                math::$functions::exp(self)
            }

            #[inline(always)]
            fn ln(self) -> Self {
                math::$functions::ln(self)
            }

            #[inline(always)]
            fn ln_1p(self) -> Self {
                math::ln_1p(self)
            }

            #[inline(always)]
            fn tanh(self) -> Self {
                math::$functions::tanh(self)
            }

            #[inline(always)]
            fn sigmoid(self) -> Self {
                math::sigmoid(self)
            }

            #[inline(always)]
            fn erf(self) -> Self {
                math::$functions::erf(self)
            }

            #[inline(always)]
            fn sin(self) -> Self {
                math::trigonometry::$sin(self)
            }

            #[inline(always)]
            fn cos(self) -> Self {
                math::trigonometry::$cos(self)
            }

            #[inline(always)]
            fn powi(self, power: i32) -> Self {
                math::power::powi(self, power)
            }

            #[inline(always)]
            fn powf(self, power: Self) -> Self {
                math::power::powf(self, power, math::power::$power(self.abs(), power))
            }
        }
    };
}

element!(f32, single, sin_single, cos_single, power_single);
element!(f64, double, sin, cos, power_double);

mod sealed {
    use crate::kernels::{
        blocks, dropout, elementwise, lookup, loss, matmul, optimizer, penalty, pointwise, product, rearrange, reduce,
        softmax, vector,
    };

    /// What the kernels ask of an element type: its vectors, and the kernels that are compiled for it in this crate.
    pub trait Sealed:
        vector::Vectors
        + product::product::Compiled<Self>
        + pointwise::activate_piece::Compiled<Self>
        + pointwise::activation_adjoint_piece::Compiled<Self>
        + softmax::softmax_piece::Compiled<Self>
        + softmax::softmax_adjoint_piece::Compiled<Self>
        + softmax::log_softmax_piece::Compiled<Self>
        + softmax::log_softmax_adjoint_piece::Compiled<Self>
        + dropout::dropout_piece::Compiled<Self>
        + penalty::penalty_piece::Compiled<Self>
        + optimizer::Formulas<Self>
        + loss::cross_entropy::Compiled<Self>
        + elementwise::start::Compiled<Self>
        + blocks::run_blocks::Compiled<Self>
        + matmul::run::Compiled<Self>
        + matmul::dots::Compiled<Self>
        + lookup::lookup_piece::Compiled<Self>
        + lookup::lookup_adjoint_piece::Compiled<Self>
        + lookup::one_hot_piece::Compiled<Self>
        + rearrange::walk::Compiled<Self>
        + reduce::reduce_row::Compiled<Self>
        + reduce::reduce_piece::Compiled<Self>
        + reduce::argmax_piece::Compiled<Self>
    {
    }
}
