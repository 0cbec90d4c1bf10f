//! Tensors put together, labels as rows, rows in order: concat, stack, one-hot, sort.

use core::cmp::Ordering;

use super::place::Place;
use super::strides::around;
use super::{Dtype, Integer, Number, Tensor};
use crate::shape::Shape;
use crate::shape::axis::{
    Append, Appended, Appends, Concat, ConcatWith, Concatenates, Stack, StackAll, StackTimes, StackWith, Stacks,
    StacksAll,
};

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The tensor with the other behind it along an axis: `[2, 3]` and `[2, 1]` along axis 1 give `[2, 4]`.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1, 2], [3, 4]];
    /// assert_eq!(x.concat::<0, _>(&tensor![[5, 6]]), tensor![[1, 2], [3, 4], [5, 6]]);
    /// assert_eq!(x.concat::<1, _>(&tensor![[5], [6]]), tensor![[1, 2, 5], [3, 4, 6]]);
    /// ```
    pub fn concat<const AXIS: usize, R: Shape>(&self, other: &Tensor<R, T>) -> Tensor<Concat<S, R, AXIS>, T>
    where
        S: ConcatWith<R, AXIS, Verdict: Concatenates>,
    {
        concat(self, other, AXIS)
    }

    /// The two tensors one after the other along a new axis: two of `[3]` along axis 0 give `[2, 3]`.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let (x, y) = (tensor![1, 2, 3], tensor![4, 5, 6]);
    /// assert_eq!(x.stack::<0, _>(&y), tensor![[1, 2, 3], [4, 5, 6]]);
    /// assert_eq!(x.stack::<1, _>(&y), tensor![[1, 4], [2, 5], [3, 6]]);
    /// ```
    pub fn stack<const AXIS: usize, R: Shape>(&self, other: &Tensor<R, T>) -> Tensor<Stack<S, R, AXIS>, T>
    where
        S: StackWith<R, AXIS, Verdict: Stacks>,
    {
        stack(self, other, AXIS)
    }

    /// Any number of tensors of one shape, one after the other along a new axis: three of `[2]` along axis 0 give `[3, 2]`.
    /// That they are of one shape is what Rust asks of an array; [`Tensor::stack`] says it in a sentence.
    ///
    /// ```
    /// use katachi_core::{tensor, tensor::Tensor};
    ///
    /// let (x, y, z) = (tensor![1, 2], tensor![3, 4], tensor![5, 6]);
    /// assert_eq!(Tensor::stack_all::<0, _>([&x, &y, &z]), tensor![[1, 2], [3, 4], [5, 6]]);
    /// assert_eq!(Tensor::stack_all::<1, _>([&x, &y, &z]), tensor![[1, 3, 5], [2, 4, 6]]);
    /// ```
    pub fn stack_all<const AXIS: usize, const N: usize>(tensors: [&Self; N]) -> Tensor<StackAll<S, AXIS, N>, T>
    where
        S: StackTimes<AXIS, N, Verdict: StacksAll>,
    {
        stack_all(tensors, AXIS)
    }
}

pub(super) fn concat<S: Shape, R: Shape, O: Shape, T: Copy, P: Place<O, T>>(
    left: &Tensor<S, T>,
    right: &Tensor<R, T>,
    axis: usize,
) -> P {
    let ((_, left_size, after), (_, right_size, _)) = (around(S::DIMS, axis), around(R::DIMS, axis));
    interleave(left, left_size * after, right, right_size * after)
}

pub(super) fn stack<S: Shape, R: Shape, O: Shape, T: Copy, P: Place<O, T>>(
    left: &Tensor<S, T>,
    right: &Tensor<R, T>,
    axis: usize,
) -> P {
    let block = S::DIMS[axis..].iter().product();
    interleave(left, block, right, block)
}

pub(super) fn stack_all<S: Shape, O: Shape, T: Copy, P: Place<O, T>, const N: usize>(
    tensors: [&Tensor<S, T>; N],
    axis: usize,
) -> P {
    let block: usize = S::DIMS[axis..].iter().product();
    P::build(|index| tensors[index / block % N][index / block / N * block + index % block])
}

/// Blocks of the one and of the other in turn.
fn interleave<O: Shape, T: Copy, P: Place<O, T>>(left: &[T], left_block: usize, right: &[T], right_block: usize) -> P {
    let block = left_block + right_block;
    P::build(|index| {
        let (row, within) = (index / block, index % block);
        match within.checked_sub(left_block) {
            None => left[row * left_block + within],
            Some(within) => right[row * right_block + within],
        }
    })
}

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// For each label a row of `N` with 1 at the label and 0 elsewhere. A label outside of `0..N` gives zeros, as in
    /// TensorFlow.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// assert_eq!(tensor![2, 0].one_hot::<3, f32>(), tensor![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]);
    /// ```
    pub fn one_hot<const N: usize, U: Dtype>(&self) -> Tensor<Appended<S, N>, U>
    where
        T: Integer,
        S: Append<N, Verdict: Appends>,
    {
        one_hot(self, N)
    }
}

pub(super) fn one_hot<S: Shape, O: Shape, T: Integer, U: Dtype, P: Place<O, U>>(x: &Tensor<S, T>, size: usize) -> P {
    P::build(|index| if x[index / size].to_index() == Some(index % size) { U::ONE } else { U::ZERO })
}

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The elements sorted along the last axis, NaN at the end.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// assert_eq!(tensor![[3, 1, 2], [6, 5, 4]].sort(), tensor![[1, 2, 3], [4, 5, 6]]);
    /// ```
    pub fn sort(&self) -> Self
    where
        T: Number,
    {
        let mut sorted = self.clone();
        sort(&mut sorted);
        sorted
    }
}

pub(super) fn sort<S: Shape, T: Number>(x: &mut Tensor<S, T>) {
    let row = S::DIMS.last().copied().unwrap_or(1);
    for values in x.chunks_exact_mut(row) {
        values.sort_unstable_by(|a, b| {
            a.partial_cmp(b).unwrap_or_else(|| match (a.is_nan(), b.is_nan()) {
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                _ => Ordering::Equal,
            })
        });
    }
}
