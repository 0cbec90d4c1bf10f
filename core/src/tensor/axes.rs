//! The same elements under other axes: transpose, permute, reshape, `expand_dims`.

use super::Tensor;
use super::place::Place;
use super::strides::{Offsets, padded, strides};
use crate::shape::axis::{ExpandAxis, Expanded, Expands};
use crate::shape::count::{ReshapeTo, Reshapes};
use crate::shape::permute::{PermuteWith, Permuted, Permutes};
use crate::shape::product::{Transposes, Turn};
use crate::shape::{MOST_AXES, Shape};

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The matrix with rows and columns exchanged: `[m, n]` gives `[n, m]`.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// assert_eq!(tensor![[1, 2, 3], [4, 5, 6]].transpose(), tensor![[1, 4], [2, 5], [3, 6]]);
    /// ```
    pub fn transpose<R: Shape>(&self) -> Tensor<R, T>
    where
        S: Turn<Verdict: Transposes<Output = R>>,
    {
        transpose(self)
    }

    /// The tensor with its axes in another order, as `NumPy`'s `transpose(x, axes)`: `axes!(2, 0, 1)` puts the last axis
    /// first, so `[2, 3, 4]` gives `[4, 2, 3]`.
    ///
    /// ```
    /// use katachi_core::{axes, tensor};
    ///
    /// let x = tensor![[[1, 2], [3, 4]], [[5, 6], [7, 8]]];
    /// assert_eq!(x.permute::<axes!(0, 2, 1)>(), tensor![[[1, 3], [2, 4]], [[5, 7], [6, 8]]]);
    /// ```
    pub fn permute<Axes>(&self) -> Tensor<Permuted<S, Axes>, T>
    where
        S: PermuteWith<Axes, Verdict: Permutes>,
    {
        permute(self, S::ORDER)
    }

    /// The same elements in their order, in another shape of the same count.
    ///
    /// ```
    /// use katachi_core::{shape, tensor};
    ///
    /// assert_eq!(tensor![1, 2, 3, 4].reshape::<shape!(2, 2)>(), tensor![[1, 2], [3, 4]]);
    /// ```
    pub fn reshape<R: Shape>(&self) -> Tensor<R, T>
    where
        S: ReshapeTo<R, Verdict: Reshapes>,
    {
        same_order(self)
    }

    /// The tensor with a new axis of size 1 before the axis of this number, or behind the last: `[2, 3]` gives
    /// `[1, 2, 3]`, `[2, 1, 3]` or `[2, 3, 1]`. It goes away by [`Tensor::reshape`].
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![1, 2];
    /// assert_eq!(x.expand_dims::<0>(), tensor![[1, 2]]);
    /// assert_eq!(x.expand_dims::<1>(), tensor![[1], [2]]);
    /// ```
    pub fn expand_dims<const AXIS: usize>(&self) -> Tensor<Expanded<S, AXIS>, T>
    where
        S: ExpandAxis<AXIS, Verdict: Expands>,
    {
        same_order(self)
    }
}

pub(super) fn transpose<S: Shape, O: Shape, T: Copy, P: Place<O, T>>(x: &Tensor<S, T>) -> P {
    let (rows, columns) = (S::DIMS[0], S::DIMS[1]);
    P::build(|index| x[index % rows * columns + index / rows])
}

/// The axes in this order.
pub(super) fn permute<S: Shape, O: Shape, T: Copy, P: Place<O, T>>(x: &Tensor<S, T>, order: [usize; MOST_AXES]) -> P {
    let front = MOST_AXES - S::DIMS.len();
    let (from, mut to) = (strides(padded(S::DIMS)), [0; MOST_AXES]);
    for (to, axis) in to[front..].iter_mut().zip(order) {
        *to = from[front + axis];
    }
    let mut offsets = Offsets::new(padded(O::DIMS), to, 0);
    P::build(|_| x[offsets.next().unwrap_or(0)])
}

/// The elements in their order.
pub(super) fn same_order<S: Shape, O: Shape, T: Copy, P: Place<O, T>>(x: &Tensor<S, T>) -> P {
    P::build(|index| x[index])
}
