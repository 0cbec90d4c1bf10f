//! Elementary functions, the same bits on every processor.
//!
//! `core` has no `exp`, and the C library's costs up to fifty times more than a loop that the compiler can vectorise.
//! So these are our own: no branches (both sides are computed and one is selected), no tables, rounding to an integer
//! by adding a large constant, powers of two by writing the exponent's bits. Only plain additions, multiplications and
//! divisions, never a fused one, so that a firmware and a workstation compute the same bits.
//!
//! Users reach them through [`Element`]: `x.exp()`. NaN gives NaN everywhere. The tests find a result at most so many
//! floats away from the exact one, rounded:
//!
//! | function  | `f32` | `f64` |
//! |-----------|-------|-------|
//! | `exp`     | 1     | 1     |
//! | `ln`      | 1     | 1     |
//! | `ln_1p`   | 1     | 1     |
//! | `tanh`    | 1     | 2     |
//! | `sigmoid` | 2     | 2     |
//! | `erf`     | 1     | 2     |
//! | `sqrt`    | 0     | 0     |
//! | `sin`     | 1     | 1     |
//! | `cos`     | 1     | 1     |
//! | `powf`    | 1     | 1     |
//!
//! `sin` and `cos` take arguments up to 2⁴⁰.

pub(crate) mod double;
pub(crate) mod power;
pub(crate) mod single;
mod sqrt;
#[cfg(test)]
mod tests;
pub(crate) mod trigonometry;

use crate::element::Element;

pub(crate) use sqrt::SquareRoot;

/// `1 / (1 + exp(-x))`.
///
/// Through `exp(-|x|)`, which cannot overflow, so that the small values on the left keep their precision.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
pub(crate) fn sigmoid<T: Element>(x: T) -> T {
    let e = (-x.abs()).exp();
    let numerator = if x < T::ZERO { e } else { T::ONE };
    numerator / (T::ONE + e)
}

/// `ln(1 + x)`, precise near 0.
///
/// With u = 1 + x rounded, `ln(u) + (x - (u - 1)) / u` adds back what the rounding lost, to first order.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
pub(crate) fn ln_1p<T: Element>(x: T) -> T {
    let u = T::ONE + x;
    let lost = (x - (u - T::ONE)) / u;
    // At x = -1 and x = ∞ the correction is not a number, and the logarithm alone is right.
    let lost = if u > T::ZERO && u < T::INFINITY { lost } else { T::ZERO };
    // The sum would lose the sign of -0.
    if x == T::ZERO { x } else { u.ln() + lost }
}

/// -1, 0 or 1, the sign of zero kept.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
pub(crate) fn sign<T: Element>(x: T) -> T {
    let one = if x > T::ZERO { T::ONE } else { -T::ONE };
    if x == T::ZERO || x.is_nan() { x } else { one }
}

/// The smaller one; NaN where one is NaN.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
pub(crate) fn minimum<T: Element>(a: T, b: T) -> T {
    if a < b || a.is_nan() { a } else { b }
}

/// The larger one; NaN where one is NaN.
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
pub(crate) fn maximum<T: Element>(a: T, b: T) -> T {
    if a > b || a.is_nan() { a } else { b }
}
