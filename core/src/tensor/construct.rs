//! Tensors of ones, unit matrices, sequences and random numbers.

use super::{Dtype, Float, Number, Tensor};
use crate::shape::{Rank2, Shape, Size};

#[cfg(feature = "alloc")]
mod random;

impl<S: Shape, T: Dtype> Tensor<S, T> {
    /// A tensor of ones, or of true.
    pub fn ones() -> Self {
        Self::full(T::ONE)
    }
}

impl<N: Size, T: Dtype> Tensor<Rank2<N, N>, T> {
    /// The unit matrix: ones on the diagonal, zeros elsewhere.
    ///
    /// ```
    /// use katachi_core::{shape, tensor, tensor::Tensor};
    ///
    /// assert_eq!(Tensor::<shape!(2, 2)>::eye(), tensor![[1.0, 0.0], [0.0, 1.0]]);
    /// ```
    pub fn eye() -> Self {
        Self::from_fn(eye(N::USIZE))
    }
}

impl<S: Shape, T: Float> Tensor<S, T> {
    /// Numbers at equal distances from `start` to `stop`, both included, row-major. One number alone is `start`.
    ///
    /// ```
    /// use katachi_core::{shape, tensor, tensor::Tensor};
    ///
    /// assert_eq!(Tensor::<shape!(5)>::linspace(0.0, 1.0), tensor![0.0, 0.25, 0.5, 0.75, 1.0]);
    /// ```
    pub fn linspace(start: T, stop: T) -> Self {
        Self::from_fn(linspace(S::SIZE, start, stop))
    }
}

impl<S: Shape, T: Number> Tensor<S, T> {
    /// As many numbers as the shape holds, from `start` on, each `step` above the one before; row-major.
    ///
    /// `NumPy`'s `arange` computes the length from the end; here the length is part of the type. Integers wrap around.
    ///
    /// ```
    /// use katachi_core::{shape, tensor, tensor::Tensor};
    ///
    /// assert_eq!(Tensor::<shape!(4), i32>::arange(1, 2), tensor![1, 3, 5, 7]);
    /// assert_eq!(Tensor::<shape!(3), f64>::arange(0.0, 0.1), tensor![0.0, 0.1, 0.2]);
    /// ```
    pub fn arange(start: T, step: T) -> Self {
        Self::from_fn(arange(start, step))
    }
}

pub(super) fn eye<T: Dtype>(size: usize) -> impl FnMut(usize) -> T {
    move |index| if index / size == index % size { T::ONE } else { T::ZERO }
}

pub(super) fn linspace<T: Float>(count: usize, start: T, stop: T) -> impl FnMut(usize) -> T {
    let last = count - 1;
    let step = (stop - start) / T::from_f64(last.max(1) as f64);
    // The last is `stop` itself, without the rounding of the steps, as in NumPy.
    move |index| if index == last && last > 0 { stop } else { start + step * T::from_f64(index as f64) }
}

pub(super) fn arange<T: Number>(start: T, step: T) -> impl FnMut(usize) -> T {
    let mut count = T::ZERO;
    move |_| {
        let value = start.plus(step.times(count));
        count = count.plus(T::ONE);
        value
    }
}
