//! `+`, `-`, `*`, `/`, `&`, `|`, `^`, `!`, and their forms in place: between tensors that broadcast, and with scalars on
//! either side; owned and borrowed alike.

use core::ops::{
    Add, AddAssign, BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Div, DivAssign, Mul, MulAssign,
    Neg, Not, Sub, SubAssign,
};

use super::elementwise::{zip, zip_in_place};
use super::{Float, Logical, Matches, Number, Signed, Tensor};
use crate::shape::Shape;
use crate::shape::broadcast::{
    Adds, BroadcastTo, BroadcastWith, Combines, Divides, FitsInPlace, Multiplies, Subtracts,
};

/// Between two tensors: the operator for all four pairs of owned and borrowed, and the two forms in place.
macro_rules! between_tensors {
    ($($operator:ident $method:ident, $assign:ident $assign_method:ident,
       $fits:ident, $element:ident, $function:expr;)+) => {$(
        between_tensors!(@one $operator $method, $fits, $element, $function; Tensor<A, T>, Tensor<B, U>);
        between_tensors!(@one $operator $method, $fits, $element, $function; Tensor<A, T>, &Tensor<B, U>);
        between_tensors!(@one $operator $method, $fits, $element, $function; &Tensor<A, T>, Tensor<B, U>);
        between_tensors!(@one $operator $method, $fits, $element, $function; &Tensor<A, T>, &Tensor<B, U>);
        between_tensors!(@assign $assign $assign_method, $element, $function; Tensor<B, U>);
        between_tensors!(@assign $assign $assign_method, $element, $function; &Tensor<B, U>);
    )+};
    (@one $operator:ident $method:ident, $fits:ident, $element:ident, $function:expr; $left:ty, $right:ty) => {
        impl<A: Shape, B: Shape, T: Copy, U: $element + Matches<T>> $operator<$right> for $left
        where
            A: BroadcastWith<B, Verdict: $fits>,
        {
            type Output = Tensor<<<A as BroadcastWith<B>>::Verdict as $fits>::Output, U>;

            fn $method(self, other: $right) -> Self::Output {
                zip(&self, &other, |a, b| $function(U::from_same(a), b))
            }
        }
    };
    (@assign $operator:ident $method:ident, $element:ident, $function:expr; $right:ty) => {
        impl<A: Shape, B: Shape, T: Copy, U: $element + Matches<T>> $operator<$right> for Tensor<A, T>
        where
            B: BroadcastTo<A, Verdict: FitsInPlace>,
        {
            fn $method(&mut self, other: $right) {
                zip_in_place(self, &other, |a, b| $function(U::from_same(a), b).into_same());
            }
        }
    };
}

between_tensors! {
    Add add, AddAssign add_assign, Adds, Number, U::plus;
    Sub sub, SubAssign sub_assign, Subtracts, Number, U::minus;
    Mul mul, MulAssign mul_assign, Multiplies, Number, U::times;
    Div div, DivAssign div_assign, Divides, Float, |a: U, b: U| a / b;
    BitAnd bitand, BitAndAssign bitand_assign, Combines, Logical, |a: U, b: U| U::from_bool(a.is_true() & b.is_true());
    BitOr bitor, BitOrAssign bitor_assign, Combines, Logical, |a: U, b: U| U::from_bool(a.is_true() | b.is_true());
    BitXor bitxor, BitXorAssign bitxor_assign, Combines, Logical, |a: U, b: U| U::from_bool(a.is_true() ^ b.is_true());
}

/// A scalar on the right of a tensor.
macro_rules! scalar_right {
    ($($operator:ident $method:ident, $assign:ident $assign_method:ident, $element:ident, $function:expr;)+) => {$(
        impl<S: Shape, T: $element> $operator<T> for Tensor<S, T> {
            type Output = Self;

            fn $method(self, scalar: T) -> Self {
                self.map(|x| $function(x, scalar))
            }
        }

        impl<S: Shape, T: $element> $operator<T> for &Tensor<S, T> {
            type Output = Tensor<S, T>;

            fn $method(self, scalar: T) -> Tensor<S, T> {
                self.map(|x| $function(x, scalar))
            }
        }

        impl<S: Shape, T: $element> $assign<T> for Tensor<S, T> {
            fn $assign_method(&mut self, scalar: T) {
                for x in self.iter_mut() {
                    *x = $function(*x, scalar);
                }
            }
        }
    )+};
}

scalar_right! {
    Add add, AddAssign add_assign, Number, T::plus;
    Sub sub, SubAssign sub_assign, Number, T::minus;
    Mul mul, MulAssign mul_assign, Number, T::times;
    Div div, DivAssign div_assign, Float, |a: T, b: T| a / b;
}

/// A scalar on the left of a tensor: the rule of orphans wants each type by name.
macro_rules! scalar_left {
    ($operator:ident $method:ident, $function:expr; $($type:ident)+) => {$(
        impl<S: Shape> $operator<Tensor<S, $type>> for $type {
            type Output = Tensor<S, $type>;

            fn $method(self, tensor: Tensor<S, $type>) -> Tensor<S, $type> {
                tensor.map(|x| $function(self, x))
            }
        }

        impl<S: Shape> $operator<&Tensor<S, $type>> for $type {
            type Output = Tensor<S, $type>;

            fn $method(self, tensor: &Tensor<S, $type>) -> Tensor<S, $type> {
                tensor.map(|x| $function(self, x))
            }
        }
    )+};
}

scalar_left!(Add add, Number::plus; f32 f64 i8 i32 i64 u8);
scalar_left!(Sub sub, Number::minus; f32 f64 i8 i32 i64 u8);
scalar_left!(Mul mul, Number::times; f32 f64 i8 i32 i64 u8);
scalar_left!(Div div, Div::div; f32 f64);

impl<S: Shape, T: Signed> Neg for Tensor<S, T> {
    type Output = Self;

    fn neg(self) -> Self {
        self.map(T::negated)
    }
}

impl<S: Shape, T: Signed> Neg for &Tensor<S, T> {
    type Output = Tensor<S, T>;

    fn neg(self) -> Tensor<S, T> {
        self.map(T::negated)
    }
}

impl<S: Shape, T: Logical> Not for Tensor<S, T> {
    type Output = Self;

    fn not(self) -> Self {
        self.map(|x| T::from_bool(!x.is_true()))
    }
}

impl<S: Shape, T: Logical> Not for &Tensor<S, T> {
    type Output = Tensor<S, T>;

    fn not(self) -> Tensor<S, T> {
        self.map(|x| T::from_bool(!x.is_true()))
    }
}
