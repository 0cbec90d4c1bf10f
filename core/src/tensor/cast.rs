//! Elements of one type as another.

use super::{Dtype, Tensor};
use crate::shape::Shape;

/// An element that can be turned into one of type `U`: each of the seven types into each.
#[diagnostic::on_unimplemented(
    message = "elements of type `{Self}` cannot be cast to `{U}`",
    label = "elements are `f32`, `f64`, `i8`, `i32`, `i64`, `u8` or `bool`"
)]
pub trait Cast<U>: Dtype {
    /// The value as `U`.
    fn cast(self) -> U;
}

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The elements as another type.
    ///
    /// - To a float: the nearest.
    /// - Float to integer: rounded toward zero, as in `NumPy`; what does not fit saturates, NaN is 0 (in `NumPy` undefined).
    /// - Integer to integer: wraps around where it does not fit, as in `NumPy`.
    /// - To `bool`: whether it is not 0; NaN is true. From `bool`: 0 and 1.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// assert_eq!(tensor![1.9_f32, -1.9, 300.0].cast::<i8>(), tensor![1_i8, -1, 127]);
    /// assert_eq!(tensor![255_i32, 256, -1].cast::<u8>(), tensor![255_u8, 0, 255]);
    /// assert_eq!(tensor![0.0_f64, 0.5].cast::<bool>(), tensor![false, true]);
    /// ```
    pub fn cast<U: Dtype>(&self) -> Tensor<S, U>
    where
        T: Dtype,
        T: Cast<U>,
    {
        self.map(T::cast)
    }
}

macro_rules! number_to {
    ($from:ident to $($to:ident)+) => {$(
        impl Cast<$to> for $from {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_lossless,
                clippy::cast_sign_loss,
                clippy::cast_possible_wrap,
                reason = "the rules of `as` are those that `Tensor::cast` documents"
            )]
            fn cast(self) -> $to {
                self as $to
            }
        }
    )+};
}

macro_rules! casts {
    ($($type:ident)+) => {$(
        number_to!($type to f32 f64 i8 i32 i64 u8);

        impl Cast<bool> for $type {
            fn cast(self) -> bool {
                self != <$type>::ZERO
            }
        }

        impl Cast<$type> for bool {
            fn cast(self) -> $type {
                if self { <$type>::ONE } else { <$type>::ZERO }
            }
        }
    )+};
}

casts!(f32 f64 i8 i32 i64 u8);

impl Cast<bool> for bool {
    fn cast(self) -> bool {
        self
    }
}
