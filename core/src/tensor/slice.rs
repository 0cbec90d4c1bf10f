//! Parts of a tensor, read and assigned to.

use core::marker::PhantomData;

use super::Tensor;
use super::strides::{Axes, Offsets, padded, stretched, strides};
use crate::shape::Shape;
use crate::shape::axis::{Part, Slice, Slices};
use crate::shape::broadcast::{BroadcastTo, Stretches};

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The indices `START..END` of an axis.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1, 2, 3], [4, 5, 6]];
    /// assert_eq!(x.slice::<1, 1, 3>(), tensor![[2, 3], [5, 6]]); // NumPy's x[:, 1:3]
    /// ```
    pub fn slice<const AXIS: usize, const START: usize, const END: usize>(&self) -> Tensor<Part<S, AXIS, START, END>, T>
    where
        S: Slice<AXIS, START, END, Verdict: Slices>,
    {
        let strides = strides(padded(S::DIMS));
        let dims = padded(<Part<S, AXIS, START, END>>::DIMS);
        let mut offsets = Offsets::new(dims, strides, START * distance::<S>(AXIS));
        Tensor::from_fn(|_| self[offsets.next().unwrap_or(0)])
    }

    /// The indices `START..END` of an axis, to assign to.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let mut x = tensor![[1, 2, 3], [4, 5, 6]];
    /// x.slice_mut::<1, 0, 2>().assign(&tensor![[7], [8]]); // broadcasts
    /// assert_eq!(x, tensor![[7, 7, 3], [8, 8, 6]]);
    /// x.slice_mut::<0, 1, 2>().fill(0);
    /// assert_eq!(x, tensor![[7, 7, 3], [0, 0, 0]]);
    /// ```
    pub fn slice_mut<const AXIS: usize, const START: usize, const END: usize>(
        &mut self,
    ) -> SliceMut<'_, Part<S, AXIS, START, END>, T>
    where
        S: Slice<AXIS, START, END, Verdict: Slices>,
    {
        SliceMut {
            strides: strides(padded(S::DIMS)),
            start: START * distance::<S>(AXIS),
            values: self,
            shape: PhantomData,
        }
    }
}

/// The distance between neighbours on an axis.
fn distance<S: Shape>(axis: usize) -> usize {
    S::DIMS[axis + 1..].iter().product()
}

/// A part of a tensor, of shape `S`, to assign to.
#[derive(Debug)]
pub struct SliceMut<'a, S, T> {
    values: &'a mut [T],
    strides: Axes,
    start: usize,
    shape: PhantomData<S>,
}

impl<S: Shape, T: Copy> SliceMut<'_, S, T> {
    /// Writes a tensor into the part, stretched to its shape.
    pub fn assign<R>(self, tensor: &Tensor<R, T>)
    where
        R: Shape + BroadcastTo<S, Verdict: Stretches>,
    {
        let sources = Offsets::new(padded(S::DIMS), stretched(R::DIMS), 0);
        for (offset, source) in self.offsets().zip(sources) {
            self.values[offset] = tensor[source];
        }
    }

    /// Writes one value into all of the part.
    pub fn fill(self, value: T) {
        for offset in self.offsets() {
            self.values[offset] = value;
        }
    }

    /// Changes each element of the part.
    pub fn apply(self, mut function: impl FnMut(T) -> T) {
        for offset in self.offsets() {
            self.values[offset] = function(self.values[offset]);
        }
    }

    fn offsets(&self) -> Offsets {
        Offsets::new(padded(S::DIMS), self.strides, self.start)
    }
}
