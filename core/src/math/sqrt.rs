//! The square root, correctly rounded with `std` and without.

/// The square root of `f32` and `f64`.
pub(crate) trait SquareRoot {
    /// √x, rounded to the nearest; NaN below 0.
    fn square_root(self) -> Self;
}

/// With `std` it is one instruction; `core` has no name for it yet (`core::f32::math` is unstable).
#[cfg(feature = "std")]
macro_rules! square_root {
    ($float:ident, $($rest:tt)*) => {
        impl SquareRoot for $float {
            #[inline]
            fn square_root(self) -> Self {
                self.sqrt()
            }
        }
    };
}

/// Without `std`: the integer square root of the significand, with one bit more than the float keeps.
///
/// A root is never halfway between two floats (its square would need more bits than the float has), so that bit alone
/// decides the rounding.
#[cfg(not(feature = "std"))]
macro_rules! square_root {
    ($float:ident, $bits:ident, $wide:ident, $fraction:literal, $bias:literal, $subnormal:literal) => {
        impl SquareRoot for $float {
            #[allow(clippy::cast_possible_truncation, reason = "the root has half of the bits")]
            fn square_root(self) -> Self {
                if self == 0.0 || self == $float::INFINITY {
                    return self;
                }
                if self < 0.0 || self.is_nan() {
                    return $float::NAN;
                }
                let tiny = self < $float::MIN_POSITIVE;
                // An even power of two makes a subnormal normal; its root is taken off again at the end.
                let scaled = if tiny { self * $subnormal * $subnormal } else { self };
                let bits = scaled.to_bits();
                let exponent = (bits >> $fraction) + $bias;
                let significand = (bits & ((1 << $fraction) - 1)) | 1 << $fraction;
                // The exponent with its doubled bias must be even, and the root has `fraction + 2` bits.
                let odd = exponent & 1;
                let root = ($wide::from(significand) << ($fraction + 2 + odd)).isqrt() as $bits;
                let rounded = (root + 1) >> 1;
                let root = $float::from_bits((((exponent - odd) >> 1) << $fraction) + rounded - (1 << $fraction));
                if tiny { root / $subnormal } else { root }
            }
        }
    };
}

square_root!(f32, u32, u64, 23, 127, 16_777_216.0);
square_root!(f64, u64, u128, 52, 1023, 9_007_199_254_740_992.0);
