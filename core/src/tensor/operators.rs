//! `+`, `-`, `*`, `/`, `&`, `|`, `^`, `!`, and their forms in place: between tensors that broadcast, and with scalars on
//! either side; owned and borrowed alike. Those of boxed tensors are in [`boxed`].

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

/// One operator of two types of tensors, of shapes `A` and `B`; the result is a `$place` of their broadcast.
macro_rules! operator {
    ($operator:ident $method:ident, $fits:ident, $element:ident, $function:expr; $place:ident, $left:ty, $right:ty) => {
        impl<A: Shape, B: Shape, T: Copy, U: $element + Matches<T>> $operator<$right> for $left
        where
            A: BroadcastWith<B, Verdict: $fits>,
        {
            type Output = $place<<<A as BroadcastWith<B>>::Verdict as $fits>::Output, U>;

            fn $method(self, other: $right) -> Self::Output {
                zip(&self, &other, |a, b| $function(U::from_same(a), b))
            }
        }
    };
}

/// One operator in place.
macro_rules! assignment {
    ($operator:ident $method:ident, $element:ident, $function:expr; $left:ty, $right:ty) => {
        impl<A: Shape, B: Shape, T: Copy, U: $element + Matches<T>> $operator<$right> for $left
        where
            B: BroadcastTo<A, Verdict: FitsInPlace>,
        {
            fn $method(&mut self, other: $right) {
                zip_in_place(self, &other, |a, b| $function(U::from_same(a), b).into_same());
            }
        }
    };
}

/// The operators between two tensors, for the macro that writes them.
macro_rules! between_tensors {
    ($write:ident) => {
        $write! {
            Add add, AddAssign add_assign, Adds, Number, U::plus;
            Sub sub, SubAssign sub_assign, Subtracts, Number, U::minus;
            Mul mul, MulAssign mul_assign, Multiplies, Number, U::times;
            Div div, DivAssign div_assign, Divides, Float, |a: U, b: U| a / b;
            BitAnd bitand, BitAndAssign bitand_assign, Combines, Logical, |a: U, b: U| U::from_bool(a.is_true() & b.is_true());
            BitOr bitor, BitOrAssign bitor_assign, Combines, Logical, |a: U, b: U| U::from_bool(a.is_true() | b.is_true());
            BitXor bitxor, BitXorAssign bitxor_assign, Combines, Logical, |a: U, b: U| U::from_bool(a.is_true() ^ b.is_true());
        }
    };
}

/// The operators between a tensor and a scalar.
macro_rules! with_scalars {
    ($write:ident) => {
        $write! {
            Add add, AddAssign add_assign, Number, Number::plus, f32 f64 i8 i32 i64 u8;
            Sub sub, SubAssign sub_assign, Number, Number::minus, f32 f64 i8 i32 i64 u8;
            Mul mul, MulAssign mul_assign, Number, Number::times, f32 f64 i8 i32 i64 u8;
            Div div, DivAssign div_assign, Float, Div::div, f32 f64;
        }
    };
}

#[cfg(feature = "alloc")]
mod boxed;

macro_rules! owned_and_borrowed {
    ($($operator:ident $method:ident, $assign:ident $assign_method:ident,
       $fits:ident, $element:ident, $function:expr;)+) => {$(
        operator!($operator $method, $fits, $element, $function; Tensor, Tensor<A, T>, Tensor<B, U>);
        operator!($operator $method, $fits, $element, $function; Tensor, Tensor<A, T>, &Tensor<B, U>);
        operator!($operator $method, $fits, $element, $function; Tensor, &Tensor<A, T>, Tensor<B, U>);
        operator!($operator $method, $fits, $element, $function; Tensor, &Tensor<A, T>, &Tensor<B, U>);
        assignment!($assign $assign_method, $element, $function; Tensor<A, T>, Tensor<B, U>);
        assignment!($assign $assign_method, $element, $function; Tensor<A, T>, &Tensor<B, U>);
    )+};
}

between_tensors!(owned_and_borrowed);

/// A scalar on the right of a tensor, and on its left, where the rule of orphans wants each type by name.
macro_rules! scalars {
    ($($operator:ident $method:ident, $assign:ident $assign_method:ident,
       $element:ident, $function:expr, $($type:ident)+;)+) => {$(
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

        $(
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
        )+
    )+};
}

with_scalars!(scalars);

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
