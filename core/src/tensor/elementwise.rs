//! Functions of each element, and of the elements of two tensors that broadcast.

use super::place::Place;
use super::strides::{Offsets, padded, stretched};
use super::{Dtype, Logical, Number, Tensor};
use crate::shape::Shape;
use crate::shape::broadcast::{Broadcast, BroadcastTo, BroadcastWith, Combines, Compares, Stretches};

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// A function of each element.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// assert_eq!(tensor![1.0, 4.0].map(|x: f64| x * 2.0), tensor![2.0, 8.0]);
    /// ```
    pub fn map<U: Copy>(&self, function: impl FnMut(T) -> U) -> Tensor<S, U> {
        map(self, function)
    }

    /// A function of the elements of two tensors, which broadcast: `[2, 1]` and `[3]` give `[2, 3]`.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let table = tensor![[10], [20]].zip_map(&tensor![1, 2, 3], |a, b| a + b);
    /// assert_eq!(table, tensor![[11, 12, 13], [21, 22, 23]]);
    /// ```
    pub fn zip_map<R: Shape, U: Copy, V: Copy>(
        &self,
        other: &Tensor<R, U>,
        function: impl FnMut(T, U) -> V,
    ) -> Tensor<Broadcast<S, R>, V>
    where
        S: BroadcastWith<R, Verdict: Combines>,
    {
        zip(self, other, function)
    }

    /// The tensor repeated along axes of size 1, and along new axes in front.
    ///
    /// ```
    /// use katachi_core::{shape, tensor};
    ///
    /// assert_eq!(tensor![1, 2].broadcast_to::<shape!(2, 2)>(), tensor![[1, 2], [1, 2]]);
    /// ```
    pub fn broadcast_to<R: Shape>(&self) -> Tensor<R, T>
    where
        S: BroadcastTo<R, Verdict: Stretches>,
    {
        stretch(self)
    }
}

pub(super) fn map<S: Shape, T: Copy, U: Copy, P: Place<S, U>>(x: &Tensor<S, T>, mut function: impl FnMut(T) -> U) -> P {
    P::build(|index| function(x[index]))
}

pub(super) fn stretch<S: Shape, O: Shape, T: Copy, P: Place<O, T>>(x: &Tensor<S, T>) -> P {
    let mut offsets = Offsets::new(padded(O::DIMS), stretched(S::DIMS), 0);
    P::build(|_| x[offsets.next().unwrap_or(0)])
}

/// Combines two tensors into one of shape `O`, their broadcast.
pub(super) fn zip<S: Shape, R: Shape, O: Shape, T: Copy, U: Copy, V: Copy, P: Place<O, V>>(
    left: &Tensor<S, T>,
    right: &Tensor<R, U>,
    mut function: impl FnMut(T, U) -> V,
) -> P {
    if S::DIMS == O::DIMS && R::DIMS == O::DIMS {
        return P::build(|index| function(left[index], right[index]));
    }
    let dims = padded(O::DIMS);
    let mut lefts = Offsets::new(dims, stretched(S::DIMS), 0);
    let mut rights = Offsets::new(dims, stretched(R::DIMS), 0);
    P::build(|_| {
        let (left_offset, right_offset) = (lefts.next().unwrap_or(0), rights.next().unwrap_or(0));
        function(left[left_offset], right[right_offset])
    })
}

/// Changes each element of `left` with that of `right`, which is stretched to it.
pub(super) fn zip_in_place<S: Shape, R: Shape, T: Copy, U: Copy>(
    left: &mut Tensor<S, T>,
    right: &Tensor<R, U>,
    mut function: impl FnMut(T, U) -> T,
) {
    let offsets = Offsets::new(padded(S::DIMS), stretched(R::DIMS), 0);
    for (value, offset) in left.iter_mut().zip(offsets) {
        *value = function(*value, right[offset]);
    }
}

macro_rules! compare {
    ($($(#[$doc:meta])* $name:ident $operator:tt;)+) => {
        /// Comparisons element by element, which broadcast. A comparison with NaN is false, but for `not_equal`.
        impl<S: Shape, T: Copy> Tensor<S, T> {
            $(
                $(#[$doc])*
                pub fn $name<R: Shape>(
                    &self,
                    other: &Tensor<R, T>,
                ) -> Tensor<<<S as BroadcastWith<R>>::Verdict as Compares>::Output, bool>
                where
                    T: Dtype,
                    S: BroadcastWith<R, Verdict: Compares>,
                {
                    zip(self, other, |a, b| a $operator b)
                }
            )+
        }
    };
}

compare! {
    /// Whether each element equals that of the other.
    ///
    /// ```
    /// use katachi_core::{tensor, tensor::Tensor};
    ///
    /// let x = tensor![[1, 2], [3, 4]];
    /// assert_eq!(x.equal(&tensor![1, 4]), tensor![[true, false], [false, true]]);
    /// assert_eq!(x.greater(&Tensor::scalar(2)), tensor![[false, false], [true, true]]);
    /// ```
    equal ==;
    /// Whether each element differs from that of the other.
    not_equal !=;
    /// Whether each element is less than that of the other.
    less <;
    /// Whether each element is less than that of the other, or equal.
    less_equal <=;
    /// Whether each element is greater than that of the other.
    greater >;
    /// Whether each element is greater than that of the other, or equal.
    greater_equal >=;
}

/// Arithmetic that has no operator, element by element. It broadcasts.
impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The quotients, rounded down, as Python's `//`: -7 by 2 is -4.
    ///
    /// By zero an integer gives 0, as in `NumPy`, and a float what `/` gives.
    ///
    /// ```
    /// use katachi_core::{tensor, tensor::Tensor};
    ///
    /// let x = tensor![7, -7];
    /// assert_eq!(x.floor_div(&Tensor::scalar(2)), tensor![3, -4]);
    /// assert_eq!(x.rem(&Tensor::scalar(2)), tensor![1, 1]);
    /// assert_eq!(x.rem(&Tensor::scalar(-2)), tensor![-1, -1]);
    /// ```
    pub fn floor_div<R: Shape>(&self, other: &Tensor<R, T>) -> Tensor<Broadcast<S, R>, T>
    where
        T: Number,
        S: BroadcastWith<R, Verdict: Combines>,
    {
        zip(self, other, T::floor_div)
    }

    /// The remainders of [`Tensor::floor_div`], of the sign of the divisor, as Python's `%`.
    ///
    /// By zero an integer gives 0 and a float NaN, as in `NumPy`.
    pub fn rem<R: Shape>(&self, other: &Tensor<R, T>) -> Tensor<Broadcast<S, R>, T>
    where
        T: Number,
        S: BroadcastWith<R, Verdict: Combines>,
    {
        zip(self, other, T::rem)
    }

    /// The powers.
    ///
    /// A negative power of an integer is rounded toward zero: 0, but for ±1. A whole power of a float up to 1024 is a
    /// product; others are exp(y ln x), precise to about |y ln x| units in the last place of `f64`.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// assert_eq!(tensor![[2.0], [3.0]].pow(&tensor![2.0, 3.0]), tensor![[4.0, 8.0], [9.0, 27.0]]);
    /// ```
    pub fn pow<R: Shape>(&self, exponents: &Tensor<R, T>) -> Tensor<Broadcast<S, R>, T>
    where
        T: Number,
        S: BroadcastWith<R, Verdict: Combines>,
    {
        zip(self, exponents, T::pow)
    }
}

impl<S: Shape, C: Copy> Tensor<S, C> {
    /// An element of `yes` where this tensor is true, of `no` where it is false: `NumPy`'s `where`. Both are stretched to
    /// the shape of this tensor.
    ///
    /// ```
    /// use katachi_core::{tensor, tensor::Tensor};
    ///
    /// let x = tensor![-1.0, 2.0];
    /// let positive = x.greater(&Tensor::scalar(0.0));
    /// assert_eq!(positive.select(&x, &Tensor::scalar(0.0)), tensor![0.0, 2.0]);
    /// ```
    pub fn select<A, B, T: Copy>(&self, yes: &Tensor<A, T>, no: &Tensor<B, T>) -> Tensor<S, T>
    where
        C: Logical,
        A: Shape + BroadcastTo<S, Verdict: Stretches>,
        B: Shape + BroadcastTo<S, Verdict: Stretches>,
    {
        select(self, yes, no)
    }
}

pub(super) fn select<S: Shape, A: Shape, B: Shape, C: Logical, T: Copy, P: Place<S, T>>(
    condition: &Tensor<S, C>,
    yes: &Tensor<A, T>,
    no: &Tensor<B, T>,
) -> P {
    let dims = padded(S::DIMS);
    let (mut yes_offsets, mut no_offsets) =
        (Offsets::new(dims, stretched(A::DIMS), 0), Offsets::new(dims, stretched(B::DIMS), 0));
    P::build(|index| {
        let (yes_offset, no_offset) = (yes_offsets.next().unwrap_or(0), no_offsets.next().unwrap_or(0));
        if condition[index].is_true() { yes[yes_offset] } else { no[no_offset] }
    })
}
