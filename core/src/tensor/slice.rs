//! Parts of a tensor, read and assigned to.

use core::fmt;
use core::marker::PhantomData;

use super::Tensor;
use super::place::Place;
use super::strides::{Axes, Offsets, around, padded, stretched, strides};
use crate::shape::axis::{Indexed, Indexes, Part, RemoveAxis, Slice, Slices};
use crate::shape::broadcast::{BroadcastTo, Stretches};
use crate::shape::{MOST_AXES, Shape};

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The indices `START..END` of an axis: `[2, 3]` cut on axis 1 to `1..3` gives `[2, 2]`.
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
        part(self, AXIS, START)
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
        part_mut(self, AXIS, START)
    }

    /// `LENGTH` indices of an axis, from one on that the program computes: `[6, 3]` cut on axis 0 to length 2 gives
    /// `[2, 3]`. An error if the axis ends before.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![10, 11, 12, 13];
    /// let windows: Vec<_> = (0..3).map(|start| x.narrow::<0, 2>(start).unwrap()).collect();
    /// assert_eq!(windows, [tensor![10, 11], tensor![11, 12], tensor![12, 13]]);
    /// assert_eq!(
    ///     x.narrow::<0, 2>(3).unwrap_err().to_string(),
    ///     "the indices 3..5 do not lie on an axis of size 4; start at 2 at most",
    /// );
    /// ```
    pub fn narrow<const AXIS: usize, const LENGTH: usize>(
        &self,
        start: usize,
    ) -> Result<Tensor<Part<S, AXIS, 0, LENGTH>, T>, RangeError>
    where
        S: Slice<AXIS, 0, LENGTH, Verdict: Slices>,
    {
        check_range::<S>(AXIS, start, LENGTH)?;
        Ok(part(self, AXIS, start))
    }

    /// `LENGTH` indices of an axis, from one on that the program computes, to assign to; an error if the axis ends before.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let mut x = tensor![[1, 2, 3], [4, 5, 6]];
    /// for column in 0..2 {
    ///     x.narrow_mut::<1, 1>(column).unwrap().fill(0);
    /// }
    /// assert_eq!(x, tensor![[0, 0, 3], [0, 0, 6]]);
    /// ```
    pub fn narrow_mut<const AXIS: usize, const LENGTH: usize>(
        &mut self,
        start: usize,
    ) -> Result<SliceMut<'_, Part<S, AXIS, 0, LENGTH>, T>, RangeError>
    where
        S: Slice<AXIS, 0, LENGTH, Verdict: Slices>,
    {
        check_range::<S>(AXIS, start, LENGTH)?;
        Ok(part_mut(self, AXIS, start))
    }

    /// One index of an axis, which goes: `[2, 3]` at an index of axis 0 gives a row, `[3]`. An error if there is no such
    /// index.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1, 2, 3], [4, 5, 6]];
    /// assert_eq!(x.index_axis::<0>(1).unwrap(), tensor![4, 5, 6]); // NumPy's x[1]
    /// assert_eq!(x.index_axis::<1>(1).unwrap(), tensor![2, 5]); // NumPy's x[:, 1]
    /// assert_eq!(
    ///     x.index_axis::<0>(2).unwrap_err().to_string(),
    ///     "the indices 2..3 do not lie on an axis of size 2; start at 1 at most",
    /// );
    /// ```
    pub fn index_axis<const AXIS: usize>(&self, index: usize) -> Result<Tensor<Indexed<S, AXIS>, T>, RangeError>
    where
        S: RemoveAxis<AXIS, Verdict: Indexes>,
    {
        at_index(self, AXIS, index)
    }
}

/// Indices that the program computed do not lie on their axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RangeError {
    /// The first index.
    pub start: usize,
    /// How many indices there are to be.
    pub length: usize,
    /// The size of the axis.
    pub size: usize,
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start, length, size } = self;
        let (end, last) = (start.saturating_add(*length), size.saturating_sub(*length));
        write!(f, "the indices {start}..{end} do not lie on an axis of size {size}; start at {last} at most")
    }
}

impl core::error::Error for RangeError {}

pub(super) fn check_range<S: Shape>(axis: usize, start: usize, length: usize) -> Result<(), RangeError> {
    let size = S::DIMS[axis];
    if size.checked_sub(length).is_some_and(|last| start <= last) {
        Ok(())
    } else {
        Err(RangeError { start, length, size })
    }
}

/// The part of shape `O` that begins at an index of an axis.
pub(super) fn part<S: Shape, O: Shape, T: Copy, P: Place<O, T>>(x: &Tensor<S, T>, axis: usize, start: usize) -> P {
    let (_, _, distance) = around(S::DIMS, axis);
    let mut offsets = Offsets::new(padded(O::DIMS), strides(padded(S::DIMS)), start * distance);
    P::build(|_| x[offsets.next().unwrap_or(0)])
}

fn part_mut<S: Shape, O: Shape, T: Copy>(x: &mut Tensor<S, T>, axis: usize, start: usize) -> SliceMut<'_, O, T> {
    let whole = SliceMut::<S, T> { values: x, strides: strides(padded(S::DIMS)), start: 0, shape: PhantomData };
    whole.starting_at(axis, start)
}

pub(super) fn at_index<S: Shape, O: Shape, T: Copy, P: Place<O, T>>(
    x: &Tensor<S, T>,
    axis: usize,
    index: usize,
) -> Result<P, RangeError> {
    check_range::<S>(axis, index, 1)?;
    let (_, size, after) = around(S::DIMS, axis);
    Ok(P::build(|place| x[(place / after * size + index) * after + place % after]))
}

/// A part of a tensor, of shape `S`, to assign to.
#[derive(Debug)]
pub struct SliceMut<'a, S, T> {
    values: &'a mut [T],
    strides: Axes,
    start: usize,
    shape: PhantomData<S>,
}

impl<'a, S: Shape, T: Copy> SliceMut<'a, S, T> {
    /// The indices `START..END` of another axis, or of the same, counted within the part.
    ///
    /// ```
    /// use katachi_core::{shape, tensor, tensor::Tensor};
    ///
    /// let mut x = Tensor::<shape!(3, 3), i32>::zeros();
    /// x.slice_mut::<0, 1, 3>().slice_mut::<1, 0, 2>().assign(&tensor![[1, 2], [3, 4]]); // NumPy's x[1:3, 0:2] = …
    /// assert_eq!(x, tensor![[0, 0, 0], [1, 2, 0], [3, 4, 0]]);
    /// ```
    pub fn slice_mut<const AXIS: usize, const START: usize, const END: usize>(
        self,
    ) -> SliceMut<'a, Part<S, AXIS, START, END>, T>
    where
        S: Slice<AXIS, START, END, Verdict: Slices>,
    {
        self.starting_at(AXIS, START)
    }

    /// `LENGTH` indices of another axis, or of the same, from one on that the program computes, counted within the part;
    /// an error if the part ends before.
    ///
    /// ```
    /// use katachi_core::{shape, tensor, tensor::Tensor};
    ///
    /// let mut x = Tensor::<shape!(2, 3), i32>::zeros();
    /// for (row, column) in [(0, 2), (1, 0)] {
    ///     x.narrow_mut::<0, 1>(row).unwrap().narrow_mut::<1, 1>(column).unwrap().fill(1);
    /// }
    /// assert_eq!(x, tensor![[0, 0, 1], [1, 0, 0]]);
    /// ```
    pub fn narrow_mut<const AXIS: usize, const LENGTH: usize>(
        self,
        start: usize,
    ) -> Result<SliceMut<'a, Part<S, AXIS, 0, LENGTH>, T>, RangeError>
    where
        S: Slice<AXIS, 0, LENGTH, Verdict: Slices>,
    {
        check_range::<S>(AXIS, start, LENGTH)?;
        Ok(self.starting_at(AXIS, start))
    }

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

    /// The part of this part, of as many axes, that begins at an index of an axis.
    fn starting_at<O: Shape>(self, axis: usize, start: usize) -> SliceMut<'a, O, T> {
        let distance = self.strides[MOST_AXES - S::DIMS.len() + axis];
        SliceMut {
            values: self.values,
            strides: self.strides,
            start: self.start + start * distance,
            shape: PhantomData,
        }
    }

    fn offsets(&self) -> Offsets {
        Offsets::new(padded(S::DIMS), self.strides, self.start)
    }
}
