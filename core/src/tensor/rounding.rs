//! Floor division, remainder and power of floats, without the functions that `core` lacks.

use crate::element::Element;

/// The quotient rounded down, and the remainder of the sign of `b`, as Python's `divmod` and `NumPy`'s.
///
/// The remainder comes first and is exact. By zero the quotient is that of `/` and the remainder NaN.
pub(super) fn divide_down<T: Element + core::ops::Rem<Output = T>>(a: T, b: T) -> (T, T) {
    let mut remainder = a % b;
    if b == T::ZERO {
        return (a / b, remainder);
    }
    let mut quotient = (a - remainder) / b;
    if remainder == T::ZERO {
        remainder = if b < T::ZERO { -T::ZERO } else { T::ZERO };
    } else if (b < T::ZERO) != (remainder < T::ZERO) {
        remainder += b;
        quotient -= T::ONE;
    }
    if quotient == T::ZERO {
        return (T::ZERO * (a / b), remainder);
    }
    let down = T::from_f64(floor(quotient.to_f64()));
    (if quotient - down > T::from_f64(0.5) { down + T::ONE } else { down }, remainder)
}

/// The greatest whole number that is not greater.
pub(super) fn floor(x: f64) -> f64 {
    // From 2⁵² on a float is whole.
    if x.is_nan() || x.abs() >= 4_503_599_627_370_496.0 {
        return x;
    }
    #[allow(clippy::cast_possible_truncation, reason = "smaller than 2⁵²")]
    let toward_zero = x as i64 as f64;
    if toward_zero > x { toward_zero - 1.0 } else { toward_zero }
}

/// `x` to the power `y`.
///
/// A whole power up to 1024 is a product, exact where its factors are; others are exp(y ln x), of which rounding
/// errors grow with |y ln x|: one in the last place of `f64` for each power of e in the result.
#[allow(clippy::float_cmp, reason = "whole numbers are exact")]
pub(super) fn pow(x: f64, y: f64) -> f64 {
    let whole = floor(y) == y;
    if whole && y.abs() <= 1024.0 {
        let (mut power, mut square, mut left) = (1.0, x, y.abs());
        while left >= 1.0 {
            let half = floor(left / 2.0);
            if left - 2.0 * half > 0.0 {
                power *= square;
            }
            square *= square;
            left = half;
        }
        return if y < 0.0 { 1.0 / power } else { power };
    }
    if x == 1.0 {
        return 1.0;
    }
    if x < 0.0 && whole {
        let odd = y.is_finite() && y - 2.0 * floor(y / 2.0) > 0.0;
        let power = pow(-x, y);
        return if odd { -power } else { power };
    }
    (y * x.ln()).exp()
}
