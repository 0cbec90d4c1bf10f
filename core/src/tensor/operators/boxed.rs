//! Operators where one side is a `Box` of a tensor: the result is boxed, and never was on the stack.

use alloc::boxed::Box;
use core::ops::{
    Add, AddAssign, BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Div, DivAssign, Mul, MulAssign,
    Neg, Not, Sub, SubAssign,
};

use crate::shape::Shape;
use crate::shape::broadcast::{
    Adds, BroadcastTo, BroadcastWith, Combines, Divides, FitsInPlace, Multiplies, Subtracts,
};
use crate::tensor::elementwise::{map, zip, zip_in_place};
use crate::tensor::{Float, Logical, Matches, Number, Signed, Tensor};

type Boxed<S, T> = Box<Tensor<S, T>>;

macro_rules! one_side_boxed {
    ($($operator:ident $method:ident, $assign:ident $assign_method:ident,
       $fits:ident, $element:ident, $function:expr;)+) => {$(
        one_side_boxed!(@left Boxed<A, T>; $operator $method, $fits, $element, $function);
        one_side_boxed!(@left &Boxed<A, T>; $operator $method, $fits, $element, $function);
        operator!($operator $method, $fits, $element, $function; Boxed, Tensor<A, T>, Boxed<B, U>);
        operator!($operator $method, $fits, $element, $function; Boxed, Tensor<A, T>, &Boxed<B, U>);
        operator!($operator $method, $fits, $element, $function; Boxed, &Tensor<A, T>, Boxed<B, U>);
        operator!($operator $method, $fits, $element, $function; Boxed, &Tensor<A, T>, &Boxed<B, U>);
        assignment!($assign $assign_method, $element, $function; Tensor<A, T>, Boxed<B, U>);
        assignment!($assign $assign_method, $element, $function; Tensor<A, T>, &Boxed<B, U>);
        assignment!($assign $assign_method, $element, $function; Boxed<A, T>, Boxed<B, U>);
        assignment!($assign $assign_method, $element, $function; Boxed<A, T>, &Boxed<B, U>);
        assignment!($assign $assign_method, $element, $function; Boxed<A, T>, Tensor<B, U>);
        assignment!($assign $assign_method, $element, $function; Boxed<A, T>, &Tensor<B, U>);
    )+};
    (@left $left:ty; $operator:ident $method:ident, $fits:ident, $element:ident, $function:expr) => {
        operator!($operator $method, $fits, $element, $function; Boxed, $left, Boxed<B, U>);
        operator!($operator $method, $fits, $element, $function; Boxed, $left, &Boxed<B, U>);
        operator!($operator $method, $fits, $element, $function; Boxed, $left, Tensor<B, U>);
        operator!($operator $method, $fits, $element, $function; Boxed, $left, &Tensor<B, U>);
    };
}

between_tensors!(one_side_boxed);

/// Changes each element of a box that is no longer needed as it was.
fn changed<S: Shape, T: Copy>(mut tensor: Boxed<S, T>, function: impl Fn(T) -> T) -> Boxed<S, T> {
    for x in tensor.iter_mut() {
        *x = function(*x);
    }
    tensor
}

macro_rules! scalars {
    ($($operator:ident $method:ident, $assign:ident $assign_method:ident,
       $element:ident, $function:expr, $($type:ident)+;)+) => {$(
        impl<S: Shape, T: $element> $operator<T> for Boxed<S, T> {
            type Output = Self;

            fn $method(self, scalar: T) -> Self {
                changed(self, |x| $function(x, scalar))
            }
        }

        impl<S: Shape, T: $element> $operator<T> for &Boxed<S, T> {
            type Output = Boxed<S, T>;

            fn $method(self, scalar: T) -> Boxed<S, T> {
                map(self, |x| $function(x, scalar))
            }
        }

        impl<S: Shape, T: $element> $assign<T> for Boxed<S, T> {
            fn $assign_method(&mut self, scalar: T) {
                for x in self.iter_mut() {
                    *x = $function(*x, scalar);
                }
            }
        }

        $(
            impl<S: Shape> $operator<Boxed<S, $type>> for $type {
                type Output = Boxed<S, $type>;

                fn $method(self, tensor: Boxed<S, $type>) -> Boxed<S, $type> {
                    changed(tensor, |x| $function(self, x))
                }
            }

            impl<S: Shape> $operator<&Boxed<S, $type>> for $type {
                type Output = Boxed<S, $type>;

                fn $method(self, tensor: &Boxed<S, $type>) -> Boxed<S, $type> {
                    map(tensor, |x| $function(self, x))
                }
            }
        )+
    )+};
}

with_scalars!(scalars);

impl<S: Shape, T: Signed> Neg for Boxed<S, T> {
    type Output = Self;

    fn neg(self) -> Self {
        changed(self, T::negated)
    }
}

impl<S: Shape, T: Signed> Neg for &Boxed<S, T> {
    type Output = Boxed<S, T>;

    fn neg(self) -> Boxed<S, T> {
        map(self, T::negated)
    }
}

impl<S: Shape, T: Logical> Not for Boxed<S, T> {
    type Output = Self;

    fn not(self) -> Self {
        changed(self, |x| T::from_bool(!x.is_true()))
    }
}

impl<S: Shape, T: Logical> Not for &Boxed<S, T> {
    type Output = Boxed<S, T>;

    fn not(self) -> Boxed<S, T> {
        map(self, |x| T::from_bool(!x.is_true()))
    }
}
