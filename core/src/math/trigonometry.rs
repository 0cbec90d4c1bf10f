//! Sine and cosine.
//!
//! x = n π/2 + r with |r| ≤ π/4 (about). π/2 has three parts of 33 bits and a rest (FreeBSD); n has up to 40 bits, in two
//! halves. A half times a part is exact, so that nothing is lost where r is small. Beyond 2⁴⁰, about 10¹², neighbouring
//! floats of `f32` are ten thousand periods apart, and the result is NaN.
#![allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#![allow(clippy::excessive_precision, clippy::unreadable_literal, reason = "coefficients as their sources print them")]

/// The largest argument: 2⁴⁰.
const FARTHEST: f64 = 1_099_511_627_776.0;

/// 1.5 · 2⁵²: adding it rounds to an integer, which then stands in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// 1.5 · 2⁷²: adding it rounds to a multiple of 2²⁰.
const ROUND_20: f64 = 7_083_549_724_304_467_820_544.0;

/// π/2 in parts.
const HALF_PI: [f64; 4] =
    [1.57079632673412561417e+00, 6.07710050630396597660e-11, 2.02226624871116645580e-21, 8.47842766036889956997e-32];

/// n, of which only the lowest bits count, and x less the first part of n π/2 (exact), and n in two halves.
#[inline(always)]
fn quarters(x: f64) -> (u64, f64, f64, f64) {
    // NaN for infinities too.
    let x = if x.abs() <= FARTHEST { x } else { f64::NAN };
    let shifted = x * core::f64::consts::FRAC_2_PI + ROUND;
    let n = shifted - ROUND;
    let high = (n + ROUND_20) - ROUND_20;
    let low = n - high;
    let r = ((x - high * HALF_PI[0]) - low * HALF_PI[0]) - high * HALF_PI[1];
    (shifted.to_bits(), r, high, low)
}

/// The sine of x from the sine and the cosine of r.
#[inline(always)]
fn sine<F: Copy + core::ops::Neg<Output = F>>(n: u64, sin: F, cos: F) -> F {
    let y = if n & 1 == 0 { sin } else { cos };
    if n & 2 == 0 { y } else { -y }
}

/// The sine.
#[inline(always)]
pub(crate) fn sin(x: f64) -> f64 {
    let (n, sin, cos) = parts(x);
    let y = sine(n, sin, cos);
    // The sine of -0 is -0.
    if x == 0.0 { x } else { y }
}

/// The cosine.
#[inline(always)]
pub(crate) fn cos(x: f64) -> f64 {
    let (n, sin, cos) = parts(x);
    // A quarter further on.
    sine(n.wrapping_add(1), sin, cos)
}

/// n, and the sine and cosine of r, by FreeBSD's polynomials; r itself in two parts, for the last bit.
#[inline(always)]
fn parts(x: f64) -> (u64, f64, f64) {
    let (n, r, high, low) = quarters(x);
    let next = low * HALF_PI[1];
    let first = r - next;
    let lost = (r - first) - next;
    let rest = lost - (high * HALF_PI[2] + (low * HALF_PI[2] + (high + low) * HALF_PI[3]));
    let r = first + rest;
    let tail = rest - (r - first);
    let z = r * r;
    let v = z * r;
    let p = 1.58969099521155010221e-10;
    let p = p * z + -2.50507602534068634195e-08;
    let p = p * z + 2.75573137070700676789e-06;
    let p = p * z + -1.98412698298579493134e-04;
    let p = p * z + 8.33333333332248946124e-03;
    let sin = r - ((z * (0.5 * tail - v * p) - tail) - v * -1.66666666666666324348e-01);
    let p = -1.13596475577881948265e-11;
    let p = p * z + 2.08757232129817482790e-09;
    let p = p * z + -2.75573143513906633035e-07;
    let p = p * z + 2.48015872894767294178e-05;
    let p = p * z + -1.38888888888741095749e-03;
    let p = p * z + 4.16666666666666019037e-02;
    let half = 0.5 * z;
    let rounded = 1.0 - half;
    let cos = rounded + (((1.0 - rounded) - half) + (z * (z * p) - r * tail));
    (n, sin, cos)
}

/// The sine.
#[inline(always)]
pub(crate) fn sin_single(x: f32) -> f32 {
    let (n, sin, cos) = parts_single(x);
    let y = sine(n, sin, cos);
    if x == 0.0 { x } else { y }
}

/// The cosine.
#[inline(always)]
pub(crate) fn cos_single(x: f32) -> f32 {
    let (n, sin, cos) = parts_single(x);
    sine(n.wrapping_add(1), sin, cos)
}

/// The same for `f32`, computed in `f64`, by FreeBSD's shorter polynomials.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "rounded to the nearest")]
fn parts_single(x: f32) -> (u64, f32, f32) {
    let (n, r, high, low) = quarters(f64::from(x));
    let r = (r - low * HALF_PI[1]) - (high + low) * HALF_PI[2];
    let z = r * r;
    let p = 0.0000027183114939898219064;
    let p = p * z + -0.000198393348360966317347;
    let p = p * z + 0.0083333293858894631756;
    let p = p * z + -0.166666666416265235595;
    let sin = r + r * (z * p);
    let p = 0.0000243904487962774090654;
    let p = p * z + -0.00138867637746099294692;
    let p = p * z + 0.0416666233237390631894;
    let p = p * z + -0.499999997251031003120;
    (n, sin as f32, (1.0 + z * p) as f32)
}
