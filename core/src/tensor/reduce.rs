//! Sums, means, extremes and truths, over all elements and over one axis.

use super::strides::around;
use super::{Float, Logical, Number, Tensor};
use crate::shape::Shape;
use crate::shape::axis::{Reduces, RemoveAxis, WithoutAxis};

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The sum of all elements. Integers wrap around.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1.0, 2.0], [3.0, 4.0]];
    /// assert_eq!(x.sum(), 10.0);
    /// assert_eq!(x.sum_axis::<0>(), tensor![4.0, 6.0]); // over the rows
    /// assert_eq!(x.sum_axis::<1>(), tensor![3.0, 7.0]);
    /// ```
    pub fn sum(&self) -> T
    where
        T: Number,
    {
        self.iter().fold(T::ZERO, |sum, &x| sum.plus(x))
    }

    /// The sums over an axis, which goes.
    pub fn sum_axis<const AXIS: usize>(&self) -> Tensor<WithoutAxis<S, AXIS>, T>
    where
        T: Number,
        S: RemoveAxis<AXIS, Verdict: Reduces>,
    {
        fold_axis(self, AXIS, T::ZERO, T::plus)
    }

    /// The greatest element; NaN where there is one, and [`Number::LOWEST`] where there is no element.
    pub fn max(&self) -> T
    where
        T: Number,
    {
        self.iter().fold(T::LOWEST, |max, &x| greater(max, x))
    }

    /// The greatest elements over an axis, which goes.
    pub fn max_axis<const AXIS: usize>(&self) -> Tensor<WithoutAxis<S, AXIS>, T>
    where
        T: Number,
        S: RemoveAxis<AXIS, Verdict: Reduces>,
    {
        fold_axis(self, AXIS, T::LOWEST, greater)
    }

    /// The least element; NaN where there is one, and [`Number::HIGHEST`] where there is no element.
    pub fn min(&self) -> T
    where
        T: Number,
    {
        self.iter().fold(T::HIGHEST, |min, &x| less(min, x))
    }

    /// The least elements over an axis, which goes.
    pub fn min_axis<const AXIS: usize>(&self) -> Tensor<WithoutAxis<S, AXIS>, T>
    where
        T: Number,
        S: RemoveAxis<AXIS, Verdict: Reduces>,
    {
        fold_axis(self, AXIS, T::HIGHEST, less)
    }

    /// The row-major index of the greatest element: of the first, if several are; of the first NaN, if there is one.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1, 5], [7, 2]];
    /// assert_eq!(x.argmax(), 2);
    /// assert_eq!(x.argmax_axis::<1>(), tensor![1, 0]); // of each row
    /// ```
    pub fn argmax(&self) -> usize
    where
        T: Number,
    {
        first_greatest(self.iter().copied())
    }

    /// The indices along an axis of the greatest elements, as [`Tensor::argmax`]; the axis goes.
    pub fn argmax_axis<const AXIS: usize>(&self) -> Tensor<WithoutAxis<S, AXIS>, i64>
    where
        T: Number,
        S: RemoveAxis<AXIS, Verdict: Reduces>,
    {
        let (_, size, after) = around(S::DIMS, AXIS);
        Tensor::from_fn(|index| {
            let first = index / after * size * after + index % after;
            let greatest = first_greatest((0..size).map(|step| self[first + step * after]));
            i64::try_from(greatest).unwrap_or(i64::MAX)
        })
    }
}

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The mean of all elements; NaN where there is none.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1.0, 2.0], [3.0, 6.0]];
    /// assert_eq!(x.mean(), 3.0);
    /// assert_eq!(x.mean_axis::<0>(), tensor![2.0, 4.0]);
    /// ```
    pub fn mean(&self) -> T
    where
        T: Float,
    {
        self.sum() / T::from_f64(S::SIZE as f64)
    }

    /// The means over an axis, which goes.
    pub fn mean_axis<const AXIS: usize>(&self) -> Tensor<WithoutAxis<S, AXIS>, T>
    where
        T: Float,
        S: RemoveAxis<AXIS, Verdict: Reduces>,
    {
        let size = T::from_f64(S::DIMS[AXIS] as f64);
        self.sum_axis::<AXIS>().map(|sum| sum / size)
    }
}

impl<S: Shape, C: Copy> Tensor<S, C> {
    /// Whether all elements are true.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[true, false], [true, true]];
    /// assert!(!x.all() && x.any());
    /// assert_eq!(x.all_axis::<0>(), tensor![true, false]);
    /// ```
    pub fn all(&self) -> bool
    where
        C: Logical,
    {
        self.iter().all(|x| x.is_true())
    }

    /// Whether any element is true.
    pub fn any(&self) -> bool
    where
        C: Logical,
    {
        self.iter().any(|x| x.is_true())
    }

    /// Whether all elements over an axis are true; the axis goes.
    pub fn all_axis<const AXIS: usize>(&self) -> Tensor<WithoutAxis<S, AXIS>, C>
    where
        C: Logical,
        S: RemoveAxis<AXIS, Verdict: Reduces>,
    {
        fold_axis(self, AXIS, C::ONE, |all, x| C::from_bool(all.is_true() && x.is_true()))
    }

    /// Whether any element over an axis is true; the axis goes.
    pub fn any_axis<const AXIS: usize>(&self) -> Tensor<WithoutAxis<S, AXIS>, C>
    where
        C: Logical,
        S: RemoveAxis<AXIS, Verdict: Reduces>,
    {
        fold_axis(self, AXIS, C::ZERO, |any, x| C::from_bool(any.is_true() || x.is_true()))
    }
}

/// Folds the elements along an axis, in their order.
fn fold_axis<S: Shape, O: Shape, T: Copy>(
    tensor: &Tensor<S, T>,
    axis: usize,
    first: T,
    function: impl Fn(T, T) -> T,
) -> Tensor<O, T> {
    let (_, size, after) = around(S::DIMS, axis);
    let mut folded = Tensor::<O, T>::full(first);
    // A row of `after` elements is folded into that of its block, which `size` rows share.
    for (row, values) in tensor.chunks_exact(after.max(1)).enumerate() {
        for (into, &value) in folded[row / size * after..].iter_mut().zip(values) {
            *into = function(*into, value);
        }
    }
    folded
}

fn greater<T: Number>(max: T, x: T) -> T {
    if x > max || x.is_nan() { x } else { max }
}

fn less<T: Number>(min: T, x: T) -> T {
    if x < min || x.is_nan() { x } else { min }
}

fn first_greatest<T: Number>(mut values: impl Iterator<Item = T>) -> usize {
    let Some(mut max) = values.next() else { return 0 };
    let mut greatest = 0;
    for (index, x) in (1..).zip(values) {
        if !max.is_nan() && (x > max || x.is_nan()) {
            (greatest, max) = (index, x);
        }
    }
    greatest
}
