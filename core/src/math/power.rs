//! Powers.
#![allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#![allow(clippy::excessive_precision, clippy::unreadable_literal, reason = "constants with all their digits")]

use super::double::{exp, exponent, ln};
use crate::element::Element;

/// x to a whole power, by squares. A negative power is one divided by the positive one.
#[inline(always)]
pub(crate) fn powi<T: Element>(x: T, power: i32) -> T {
    let (mut result, mut square, mut left) = (T::ONE, x, power.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            result *= square;
        }
        square *= square;
        left >>= 1;
    }
    if power < 0 { T::ONE / result } else { result }
}

/// x to a power as C's `pow`, from the power of |x|.
#[inline(always)]
pub(crate) fn powf<T: Element>(x: T, power: T, magnitude: T) -> T {
    let half = power * T::from_f64(0.5);
    let whole = power.floor() == power;
    let odd = whole && half.floor() != half;
    let positive = x.abs();
    let y = if positive == T::ONE { T::ONE } else { magnitude };
    let negative = x < T::ZERO || T::ONE / x < T::ZERO;
    let y = if negative && odd { -y } else { y };
    let undefined = x < T::ZERO && positive < T::INFINITY && !whole;
    let y = if undefined || x.is_nan() || power.is_nan() { T::from_f64(f64::NAN) } else { y };
    if power == T::ZERO || x == T::ONE { T::ONE } else { y }
}

/// `exp(y ln x)`, in `f64`.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "rounded to the nearest")]
pub(crate) fn power_single(x: f32, y: f32) -> f32 {
    exp(f64::from(y) * ln(f64::from(x))) as f32
}

/// `exp(y ln x)` with the logarithm in two parts, of about 65 bits together.
///
/// With s = f / (2 + f) it is k ln 2 + 2 s (1 + s² (1/3 + s² / 5 + s⁴ / 7 + …)). The rests of the division and of the
/// products are carried along where they matter.
#[inline(always)]
pub(crate) fn power_double(x: f64, y: f64) -> f64 {
    const THIRD: [f64; 2] = [0.333333333333333314830, 1.850371707708594e-17];
    // Beyond these, the result is 0, 1 or infinite anyway.
    let limit = 18_446_744_073_709_551_616.0;
    let exponent_of = if y > limit { limit } else { y };
    let y_near = if exponent_of < -limit { -limit } else { exponent_of };

    let (k, f) = exponent(x);
    let d = 2.0 + f;
    let d_rest = f - (d - 2.0);
    let s = f / d;
    let (sd, sd_rest) = multiply(s, d);
    let s_rest = (((f - sd) - sd_rest) - s * d_rest) / d;
    let (z, z_rest) = multiply(s, s);
    let z_rest = z_rest + 2.0 * s * s_rest;
    let mut q = 1.0 / 25.0;
    for divisor in [23.0, 21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0] {
        q = q * z + 1.0 / divisor;
    }
    let q = q * z;
    let t = THIRD[0] + q;
    let t_rest = ((THIRD[0] - t) + q) + THIRD[1];
    let (w, w_rest) = multiply(z, t);
    let w_rest = w_rest + (z * t_rest + z_rest * t);
    let (u, u_rest) = multiply(s, w);
    let u_rest = u_rest + (s * w_rest + s_rest * w);
    let a = s + u;
    let a_rest = ((s - a) + u) + (u_rest + s_rest);

    // k times the first part of ln 2 is exact.
    let first = k * 6.93147180369123816490e-01;
    let l = first + 2.0 * a;
    let l_rest = ((first - l) + 2.0 * a) + (2.0 * a_rest + k * 1.90821492927058770002e-10);
    let log = l + l_rest;
    let log_rest = (l - log) + l_rest;

    let (p, p_rest) = multiply(y_near, log);
    let p_rest = p_rest + y_near * log_rest;
    let edge = x == 0.0 || x == f64::INFINITY;
    let infinite = if x == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    let p = if edge { y * infinite } else { p };
    let e = exp(p);
    let corrected = e + e * p_rest;
    if edge || e == f64::INFINITY || e == 0.0 { e } else { corrected }
}

/// a b in two parts, exactly (Dekker, 1971), unless the parts leave the range of normal numbers.
#[inline(always)]
fn multiply(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ((a, a_low), (b, b_low)) = (halves(a), halves(b));
    let rest = ((a * b - product) + a * b_low + a_low * b) + a_low * b_low;
    (product, rest)
}

/// a in two parts of half the bits (Veltkamp, 1968).
#[inline(always)]
fn halves(a: f64) -> (f64, f64) {
    let c = a * 134_217_729.0;
    let high = c - (c - a);
    (high, a - high)
}
