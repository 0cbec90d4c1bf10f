//! Tensors that are built on the heap.

use alloc::boxed::Box;

use crate::shape::axis::{StackAll, StackTimes, StacksAll};
use crate::shape::{Rank2, Shape, Size};
use crate::tensor::{Dtype, Float, Number, Tensor, construct, join};

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// A copy on the heap, never built on the stack, as `clone` of a box may be.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// assert_eq!(*tensor![1, 2].to_boxed(), tensor![1, 2]);
    /// ```
    pub fn to_boxed(&self) -> Box<Self> {
        Self::boxed_from_fn(|index| self[index])
    }

    /// [`Tensor::full`] on the heap, never built on the stack.
    pub fn boxed_full(value: T) -> Box<Self> {
        Self::boxed_from_fn(|_| value)
    }

    /// [`Tensor::stack_all`] on the heap, never built on the stack.
    pub fn boxed_stack_all<const AXIS: usize, const N: usize>(
        tensors: [&Self; N],
    ) -> Box<Tensor<StackAll<S, AXIS, N>, T>>
    where
        S: StackTimes<AXIS, N, Verdict: StacksAll>,
    {
        join::stack_all(tensors, AXIS)
    }
}

impl<S: Shape, T: Dtype> Tensor<S, T> {
    /// [`Tensor::ones`] on the heap, never built on the stack.
    pub fn boxed_ones() -> Box<Self> {
        Self::boxed_full(T::ONE)
    }
}

impl<N: Size, T: Dtype> Tensor<Rank2<N, N>, T> {
    /// [`Tensor::eye`] on the heap, never built on the stack.
    pub fn boxed_eye() -> Box<Self> {
        Self::boxed_from_fn(construct::eye(N::USIZE))
    }
}

impl<S: Shape, T: Float> Tensor<S, T> {
    /// [`Tensor::linspace`] on the heap, never built on the stack.
    pub fn boxed_linspace(start: T, stop: T) -> Box<Self> {
        Self::boxed_from_fn(construct::linspace(S::SIZE, start, stop))
    }
}

impl<S: Shape, T: Number> Tensor<S, T> {
    /// [`Tensor::arange`] on the heap, never built on the stack.
    pub fn boxed_arange(start: T, step: T) -> Box<Self> {
        Self::boxed_from_fn(construct::arange(start, step))
    }
}
