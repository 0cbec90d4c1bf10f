//! Where results are put. Each operation is written once, for both places.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

use super::Tensor;
use crate::shape::Shape;

/// A result: on the stack a [`Tensor`], on the heap a `Box` of one, which never was on the stack.
pub(super) trait Place<S: Shape, T: Copy> {
    /// [`Tensor::from_fn`], in this place.
    fn build(value: impl FnMut(usize) -> T) -> Self;
    /// The tensor, to change it.
    fn tensor(&mut self) -> &mut Tensor<S, T>;
}

impl<S: Shape, T: Copy> Place<S, T> for Tensor<S, T> {
    fn build(value: impl FnMut(usize) -> T) -> Self {
        Self::from_fn(value)
    }

    fn tensor(&mut self) -> &mut Self {
        self
    }
}

#[cfg(feature = "alloc")]
impl<S: Shape, T: Copy> Place<S, T> for Box<Tensor<S, T>> {
    fn build(value: impl FnMut(usize) -> T) -> Self {
        Tensor::boxed_from_fn(value)
    }

    fn tensor(&mut self) -> &mut Tensor<S, T> {
        self
    }
}
