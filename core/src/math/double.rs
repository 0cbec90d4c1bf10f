//! `f64`: exp, ln, tanh, erf, floor.
#![allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#![allow(clippy::excessive_precision, clippy::unreadable_literal, reason = "coefficients as their sources print them")]

/// 1.5 · 2⁵²: adding it rounds to an integer, which then stands in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// eˣ = 2ⁿ · eʳ with n = round(x / ln 2) and |r| ≤ ln 2 / 2; eʳ is the Taylor polynomial of degree 13, whose
/// remainder is below 2⁻⁵⁷.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    // Beyond these the result is infinite or 0 anyway, and 2ⁿ stays in the range of its two factors.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let shifted = x * core::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    // ln 2 in two parts; n times the first is exact.
    let r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
    let p = 1.0 / 6227020800.0;
    let p = p * r + 1.0 / 479001600.0;
    let p = p * r + 1.0 / 39916800.0;
    let p = p * r + 1.0 / 3628800.0;
    let p = p * r + 1.0 / 362880.0;
    let p = p * r + 1.0 / 40320.0;
    let p = p * r + 1.0 / 5040.0;
    let p = p * r + 1.0 / 720.0;
    let p = p * r + 1.0 / 120.0;
    let p = p * r + 1.0 / 24.0;
    let p = p * r + 1.0 / 6.0;
    let p = p * r + 0.5;
    let p = (p * (r * r) + r) + 1.0;
    // 2ⁿ in two factors, so that neither leaves the normal range where the result is tiny or huge.
    let biased = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(4096);
    let half = biased >> 1;
    p * power_of_two(half) * power_of_two(biased.wrapping_sub(half))
}

/// 2 to the power (biased - 2048).
#[inline(always)]
fn power_of_two(biased: u64) -> f64 {
    f64::from_bits(biased.wrapping_sub(2048 - 1023) << 52)
}

/// ln x = k ln 2 + ln(1 + f) with √½ ≤ 1 + f < √2; FreeBSD's `log`: s = f / (2 + f), then a polynomial in s².
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    let (k, f) = exponent(x);
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    let odd = 1.818357216161805012e-01 + w * 1.479819860511658591e-01;
    let odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * odd));
    let half_square = 0.5 * f * f;
    let low = s * (half_square + (even + odd)) + k * 1.90821492927058770002e-10;
    let y = k * 6.93147180369123816490e-01 - ((half_square - low) - f);
    let y = if x == f64::INFINITY { x } else { y };
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    if x < 0.0 || x.is_nan() { f64::NAN } else { y }
}

/// x = 2ᵏ (1 + f) with √½ ≤ 1 + f < √2: k and f.
#[inline(always)]
pub(super) fn exponent(x: f64) -> (f64, f64) {
    const SQRT_HALF: u64 = 0x3fe6_a09e_0000_0000;
    let subnormal = x < f64::MIN_POSITIVE;
    let scaled = if subnormal { x * 18_014_398_509_481_984.0 } else { x };
    let bias = if subnormal { 1023 + 54 } else { 1023 };
    let bits = scaled.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - SQRT_HALF);
    // The exponent becomes a float by standing in the lowest bits of the rounding constant.
    let k = f64::from_bits(ROUND.to_bits().wrapping_add(bits >> 52).wrapping_sub(bias)) - ROUND;
    (k, f64::from_bits((bits & 0x000f_ffff_ffff_ffff).wrapping_add(SQRT_HALF)) - 1.0)
}

/// `1 - 2 / (exp(2|x|) + 1)` with the sign of x; near 0, where that cancels, Cephes' `tanh`: x + x³ P(x²) / Q(x²).
#[inline(always)]
pub(crate) fn tanh(x: f64) -> f64 {
    let magnitude = x.abs();
    let large = 1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0);
    let z = x * x;
    let p = -9.64399179425052238628e-1;
    let p = p * z + -9.92877231001918586564e1;
    let p = p * z + -1.61468768441708447952e3;
    let q = z + 1.12811678491632931402e2;
    let q = q * z + 2.23548839060100448583e3;
    let q = q * z + 4.84406305325125486048e3;
    let small = x * z * (p / q) + x;
    let y = if magnitude < 0.625 { small } else { large };
    y.copysign(x)
}

/// FreeBSD's `erf` (Sun Microsystems, 1993): four intervals, each with a rational function of its own.
///
/// The coefficients are chosen per lane, so that one evaluation serves two intervals at a time.
#[inline(always)]
pub(crate) fn erf(x: f64) -> f64 {
    let t = x.abs();
    // Beyond 6 the result is 1.
    let t = if t > 6.0 { 6.0 } else { t };
    let middle = t >= 0.84375;
    let near = rational(
        middle,
        if middle { t - 1.0 } else { t * t },
        [
            0.0,
            0.0,
            -2.37630166566501626084e-05,
            -5.77027029648944159157e-03,
            -2.84817495755985104766e-02,
            -3.25042107247001499370e-01,
            1.28379167095512558561e-01,
        ],
        [
            0.0,
            -3.96022827877536812320e-06,
            1.32494738004321644526e-04,
            5.08130628187576562776e-03,
            6.50222499887672944485e-02,
            3.97917223959155352819e-01,
            1.0,
        ],
        [
            -2.16637559486879084300e-03,
            3.54783043256182359371e-02,
            -1.10894694282396677476e-01,
            3.18346619901161753674e-01,
            -3.72207876035701323847e-01,
            4.14856118683748331666e-01,
            -2.36211856075265944077e-03,
        ],
        [
            1.19844998467991074170e-02,
            1.36370839120290507362e-02,
            1.26171219808761642112e-01,
            7.18286544141962662868e-02,
            5.40397917702171048937e-01,
            1.06420880400844228286e-01,
            1.0,
        ],
    );
    let small = x + x * near;
    let middling = 8.45062911510467529297e-01 + near;

    // Beyond 1.25: 1 - exp(-t² - 0.5625 + R(1/t²) / S(1/t²)) / t, with t² in two parts, the first exact.
    let far = t >= 1.0 / 0.35;
    let ratio = rational(
        far,
        1.0 / (t * t),
        [
            -9.81432934416914548592e+00,
            -8.12874355063065934246e+01,
            -1.84605092906711035994e+02,
            -1.62396669462573470355e+02,
            -6.23753324503260060396e+01,
            -1.05586262253232909814e+01,
            -6.93858572707181764372e-01,
            -9.86494403484714822705e-03,
        ],
        [
            -6.04244152148580987438e-02,
            6.57024977031928170135e+00,
            1.08635005541779435134e+02,
            4.29008140027567833386e+02,
            6.45387271733267880336e+02,
            4.34565877475229228821e+02,
            1.37657754143519042600e+02,
            1.96512716674392571292e+01,
            1.0,
        ],
        [
            0.0,
            -4.83519191608651397019e+02,
            -1.02509513161107724954e+03,
            -6.37566443368389627722e+02,
            -1.60636384855821916062e+02,
            -1.77579549177547519889e+01,
            -7.99283237680523006574e-01,
            -9.86494292470009928597e-03,
        ],
        [
            0.0,
            -2.24409524465858183362e+01,
            4.74528541206955367215e+02,
            2.55305040643316442583e+03,
            3.19985821950859553908e+03,
            1.53672958608443695994e+03,
            3.25792512996573918826e+02,
            3.03380607434824582924e+01,
            1.0,
        ],
    );
    let high = f64::from_bits(t.to_bits() & 0xffff_ffff_0000_0000);
    let tail = exp(-high * high - 0.5625) * exp((high - t) * (high + t) + ratio) / t;
    let large = 1.0 - tail;

    let y = if t >= 1.25 { large } else { middling };
    if middle { y.copysign(x) } else { small }
}

/// P(x) / Q(x) by Horner's rule, highest power first: the first pair of coefficients, or the `second`.
#[inline(always)]
fn rational<const P: usize, const Q: usize>(
    second: bool,
    x: f64,
    p1: [f64; P],
    q1: [f64; Q],
    p2: [f64; P],
    q2: [f64; Q],
) -> f64 {
    let mut p = 0.0;
    for (a, b) in p1.into_iter().zip(p2) {
        p = p * x + if second { b } else { a };
    }
    let mut q = 0.0;
    for (a, b) in q1.into_iter().zip(q2) {
        q = q * x + if second { b } else { a };
    }
    p / q
}

/// The largest whole number that is not greater.
#[inline(always)]
pub(crate) fn floor(x: f64) -> f64 {
    // From 2⁵² on every float is whole; below, adding it rounds to a whole number.
    const WHOLE: f64 = 4_503_599_627_370_496.0;
    let magnitude = x.abs();
    let rounded = ((magnitude + WHOLE) - WHOLE).copysign(x);
    let down = if rounded > x { rounded - 1.0 } else { rounded };
    if magnitude < WHOLE { down } else { x }
}
