//! `f32`: exp, ln, tanh, erf, floor.
#![allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#![allow(clippy::excessive_precision, clippy::unreadable_literal, reason = "coefficients as their sources print them")]

/// 1.5 · 2²³: adding it rounds to an integer, which then stands in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// eˣ = 2ⁿ · eʳ with n = round(x / ln 2) and |r| ≤ ln 2 / 2; the polynomial for eʳ is Cephes' `expf` (S. Moshier).
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Beyond these the result is infinite or 0 anyway, and 2ⁿ stays in the range of its two factors.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -105.0 { -105.0 } else { x };
    let shifted = x * core::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    // ln 2 in two parts; n times the first is exact.
    let r = (x - n * 0.693359375) - n * -2.12194440e-4;
    let p = 1.9875691500e-4;
    let p = p * r + 1.3981999507e-3;
    let p = p * r + 8.3334519073e-3;
    let p = p * r + 4.1665795894e-2;
    let p = p * r + 1.6666665459e-1;
    let p = p * r + 5.0000001201e-1;
    let p = (p * (r * r) + r) + 1.0;
    // 2ⁿ in two factors, so that neither leaves the normal range where the result is tiny or huge.
    let biased = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(512);
    let half = biased >> 1;
    p * power_of_two(half) * power_of_two(biased.wrapping_sub(half))
}

/// 2 to the power (biased - 256).
#[inline(always)]
fn power_of_two(biased: u32) -> f32 {
    f32::from_bits(biased.wrapping_sub(256 - 127) << 23)
}

/// ln x = k ln 2 + ln(1 + f) with √½ ≤ 1 + f < √2; FreeBSD's `logf`: s = f / (2 + f), then a polynomial in s².
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    const SQRT_HALF: u32 = 0x3f35_04f3;
    let subnormal = x < f32::MIN_POSITIVE;
    let scaled = if subnormal { x * 33_554_432.0 } else { x };
    let bias = if subnormal { 127 + 25 } else { 127 };
    let bits = scaled.to_bits().wrapping_add(0x3f80_0000 - SQRT_HALF);
    // The exponent becomes a float by standing in the lowest bits of the rounding constant.
    let k = f32::from_bits(ROUND.to_bits().wrapping_add(bits >> 23).wrapping_sub(bias)) - ROUND;
    let f = f32::from_bits((bits & 0x007f_ffff).wrapping_add(SQRT_HALF)) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (0.40000972152 + w * 0.24279078841);
    let odd = z * (0.66666662693 + w * 0.28498786688);
    let half_square = 0.5 * f * f;
    let low = s * (half_square + (even + odd)) + k * 9.0580006145e-6;
    let y = k * 6.9313812256e-1 - ((half_square - low) - f);
    let y = if x == f32::INFINITY { x } else { y };
    let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
    if x < 0.0 || x.is_nan() { f32::NAN } else { y }
}

/// `1 - 2 / (exp(2|x|) + 1)` with the sign of x; near 0, where that cancels, Cephes' `tanhf` polynomial.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let large = 1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0);
    let z = x * x;
    let p = -5.70498872745e-3;
    let p = p * z + 2.06390887954e-2;
    let p = p * z + -5.37397155531e-2;
    let p = p * z + 1.33314422036e-1;
    let p = p * z + -3.33332819422e-1;
    let small = p * z * x + x;
    let y = if magnitude < 0.625 { small } else { large };
    y.copysign(x)
}

/// Two polynomials: x + x p(x²) near 0, and `1 - exp(q(|x|))` beyond; N. Juffa's single-precision `erff`.
#[inline(always)]
pub(crate) fn erf(x: f32) -> f32 {
    let t = x.abs();
    // Beyond 4 the result is 1, and the polynomial in the exponent would turn round.
    let t = if t > 4.0 { 4.0 } else { t };
    let s = t * t;
    let q = -1.72853470e-5 * t + 3.83197126e-4;
    let u = -3.88396438e-3 * t + 2.42546219e-2;
    let q = q * s + u;
    let q = q * t + -1.06777877e-1;
    let q = q * t + -6.34846687e-1;
    let q = q * t + -1.28717512e-1;
    let q = q * t + -t;
    let large = 1.0 - exp(q);
    let p = -5.96761703e-4;
    let p = p * s + 4.99119423e-3;
    let p = p * s + -2.67681349e-2;
    let p = p * s + 1.12819925e-1;
    let p = p * s + -3.76125336e-1;
    let p = p * s + 1.28379166e-1;
    let small = p * x + x;
    if t > 0.927734375 { large.copysign(x) } else { small }
}

/// The largest whole number that is not greater.
#[inline(always)]
pub(crate) fn floor(x: f32) -> f32 {
    // From 2²³ on every float is whole; below, adding it rounds to a whole number.
    const WHOLE: f32 = 8_388_608.0;
    let magnitude = x.abs();
    let rounded = ((magnitude + WHOLE) - WHOLE).copysign(x);
    let down = if rounded > x { rounded - 1.0 } else { rounded };
    if magnitude < WHOLE { down } else { x }
}
