//! The types of elements, and what each kind of them can do.

use core::fmt::{self, Debug, Display};

use super::rounding;
use crate::element::Element;

/// A type of elements: `f32`, `f64`, `i8`, `i32`, `i64`, `u8` or `bool`.
///
/// Sealed: what tensors do is written for these seven.
#[diagnostic::on_unimplemented(
    message = "a tensor does not compute with elements of type `{Self}`",
    label = "elements are `f32`, `f64`, `i8`, `i32`, `i64`, `u8` or `bool`"
)]
pub trait Dtype: sealed::Sealed + Copy + PartialEq + PartialOrd + Debug + Display + Send + Sync + 'static {
    /// The type's name: `"f32"`.
    const NAME: &'static str;
    /// 0, or false.
    const ZERO: Self;
    /// 1, or true.
    const ONE: Self;

    /// Writes the value, as a power of ten if asked, with so many digits behind the point, or as many as tell it apart.
    fn write(self, text: &mut dyn fmt::Write, scientific: bool, precision: Option<usize>) -> fmt::Result;

    /// The value, if the type is one with fractions.
    fn to_float(self) -> Option<f64> {
        None
    }
}

/// A type of elements with arithmetic: all but `bool`.
///
/// Integers wrap around where a result does not fit, as in `NumPy`. Nothing here panics.
#[diagnostic::on_unimplemented(
    message = "arithmetic is for tensors of numbers, and this one holds `{Self}`",
    label = "no arithmetic on `{Self}`",
    note = "`.cast::<f32>()` turns `false` and `true` into 0 and 1; logic is written `&`, `|`, `^`, `!`"
)]
pub trait Number: Dtype {
    /// The least value: negative infinity for floats.
    const LOWEST: Self;
    /// The greatest value: infinity for floats.
    const HIGHEST: Self;

    /// The sum.
    fn plus(self, other: Self) -> Self;
    /// The difference.
    fn minus(self, other: Self) -> Self;
    /// The product.
    fn times(self, other: Self) -> Self;
    /// The quotient, rounded down; for integers 0 where `other` is 0.
    fn floor_div(self, other: Self) -> Self;
    /// The remainder of [`Number::floor_div`], of the sign of `other`; for integers 0 where `other` is 0.
    fn rem(self, other: Self) -> Self;
    /// The power.
    fn pow(self, exponent: Self) -> Self;
    /// Whether the value is NaN.
    fn is_nan(self) -> bool;
}

/// A type of elements with fractions: `f32` and `f64`.
#[diagnostic::on_unimplemented(
    message = "this operation gives fractions, and a tensor of `{Self}` cannot hold them",
    label = "`{Self}` has no fractions",
    note = "turn the elements into floats by `.cast::<f32>()`; integers are divided by `floor_div`"
)]
pub trait Float: Number + Element {}

/// A type of whole numbers: `i8`, `i32`, `i64`, `u8`.
#[diagnostic::on_unimplemented(
    message = "this operation takes whole numbers, and this tensor holds `{Self}`",
    label = "`{Self}` is no integer",
    note = "turn the elements into integers by `.cast::<i64>()`"
)]
pub trait Integer: Number {
    /// The value as an index, where it is one.
    fn to_index(self) -> Option<usize>;
    /// The integer of an index; the greatest where it does not fit.
    fn from_index(index: usize) -> Self;
}

/// A number with a sign: all but `u8`.
#[diagnostic::on_unimplemented(
    message = "only numbers with a sign can be negated, and this tensor holds `{Self}`",
    label = "`{Self}` has no sign"
)]
pub trait Signed: Number {
    /// The value with the other sign.
    fn negated(self) -> Self;
}

/// The type of truth: `bool`.
#[diagnostic::on_unimplemented(
    message = "logic is for tensors of `bool`, and this one holds `{Self}`",
    label = "`{Self}` is neither true nor false",
    note = "a comparison gives a tensor of `bool`: `x.greater(&y)`"
)]
pub trait Logical: Dtype {
    /// The truth.
    fn is_true(self) -> bool;
    /// The element of a truth.
    fn from_bool(truth: bool) -> Self;
}

/// The same type as `T`.
///
/// Operators ask for it instead of using one name twice: so a tensor of another type gets this sentence.
#[diagnostic::on_unimplemented(
    message = "a tensor of `{T}` and a tensor of `{Self}` do not mix",
    label = "the elements are of two types",
    note = "turn the elements of one into the other's type, as in `.cast::<{T}>()`"
)]
pub trait Matches<T>: Copy {
    /// The same value.
    fn from_same(value: T) -> Self;
    /// The same value.
    fn into_same(self) -> T;
}

impl<T: Copy> Matches<T> for T {
    fn from_same(value: T) -> T {
        value
    }

    fn into_same(self) -> T {
        self
    }
}

macro_rules! float {
    ($($type:ident),+) => {$(
        impl sealed::Sealed for $type {}

        impl Dtype for $type {
            const NAME: &'static str = stringify!($type);
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;

            fn write(self, text: &mut dyn fmt::Write, scientific: bool, precision: Option<usize>) -> fmt::Result {
                match (scientific, precision) {
                    (false, None) => write!(text, "{self}"),
                    (false, Some(precision)) => write!(text, "{self:.precision$}"),
                    (true, None) => write!(text, "{self:e}"),
                    (true, Some(precision)) => write!(text, "{self:.precision$e}"),
                }
            }

            fn to_float(self) -> Option<f64> {
                Some(self.to_f64())
            }
        }

        impl Number for $type {
            const LOWEST: Self = Self::NEG_INFINITY;
            const HIGHEST: Self = Self::INFINITY;

            fn plus(self, other: Self) -> Self {
                self + other
            }

            fn minus(self, other: Self) -> Self {
                self - other
            }

            fn times(self, other: Self) -> Self {
                self * other
            }

            fn floor_div(self, other: Self) -> Self {
                rounding::divide_down(self, other).0
            }

            fn rem(self, other: Self) -> Self {
                rounding::divide_down(self, other).1
            }

            fn pow(self, exponent: Self) -> Self {
                Self::from_f64(rounding::pow(self.to_f64(), exponent.to_f64()))
            }

            fn is_nan(self) -> bool {
                self.is_nan()
            }
        }

        impl Float for $type {}

        impl Signed for $type {
            fn negated(self) -> Self {
                -self
            }
        }
    )+};
}

float!(f32, f64);

macro_rules! integer {
    ($($type:ident),+) => {$(
        impl sealed::Sealed for $type {}

        impl Dtype for $type {
            const NAME: &'static str = stringify!($type);
            const ZERO: Self = 0;
            const ONE: Self = 1;

            fn write(self, text: &mut dyn fmt::Write, _scientific: bool, _precision: Option<usize>) -> fmt::Result {
                write!(text, "{self}")
            }
        }

        impl Number for $type {
            const LOWEST: Self = Self::MIN;
            const HIGHEST: Self = Self::MAX;

            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }

            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }

            #[allow(unused_comparisons, reason = "one text for types with and without a sign")]
            fn floor_div(self, other: Self) -> Self {
                if other == 0 {
                    return 0;
                }
                let (quotient, remainder) = (self.wrapping_div(other), self.wrapping_rem(other));
                if remainder != 0 && (remainder < 0) != (other < 0) { quotient.wrapping_sub(1) } else { quotient }
            }

            #[allow(unused_comparisons, reason = "one text for types with and without a sign")]
            fn rem(self, other: Self) -> Self {
                if other == 0 {
                    return 0;
                }
                let remainder = self.wrapping_rem(other);
                if remainder != 0 && (remainder < 0) != (other < 0) { remainder + other } else { remainder }
            }

            /// By squares; a negative exponent gives 1 / power, of which only ±1 is no zero.
            #[allow(unused_comparisons, reason = "one text for types with and without a sign")]
            fn pow(self, exponent: Self) -> Self {
                if exponent < 0 {
                    let sign = if exponent % 2 == 0 { self.wrapping_mul(self) } else { self };
                    return if self == 1 || self == (0 as Self).wrapping_sub(1) { sign } else { 0 };
                }
                let (mut power, mut square, mut left) = (1 as Self, self, exponent);
                while left > 0 {
                    if left % 2 == 1 {
                        power = power.wrapping_mul(square);
                    }
                    square = square.wrapping_mul(square);
                    left /= 2;
                }
                power
            }

            fn is_nan(self) -> bool {
                false
            }
        }

        impl Integer for $type {
            fn to_index(self) -> Option<usize> {
                usize::try_from(self).ok()
            }

            fn from_index(index: usize) -> Self {
                Self::try_from(index).unwrap_or(Self::MAX)
            }
        }
    )+};
}

integer!(i8, i32, i64, u8);

macro_rules! signed {
    ($($type:ident),+) => {$(
        impl Signed for $type {
            fn negated(self) -> Self {
                self.wrapping_neg()
            }
        }
    )+};
}

signed!(i8, i32, i64);

impl sealed::Sealed for bool {}

impl Dtype for bool {
    const NAME: &'static str = "bool";
    const ZERO: Self = false;
    const ONE: Self = true;

    fn write(self, text: &mut dyn fmt::Write, _scientific: bool, _precision: Option<usize>) -> fmt::Result {
        write!(text, "{self}")
    }
}

impl Logical for bool {
    fn is_true(self) -> bool {
        self
    }

    fn from_bool(truth: bool) -> Self {
        truth
    }
}

mod sealed {
    pub trait Sealed {}
}
