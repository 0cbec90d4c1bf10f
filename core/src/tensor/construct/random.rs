//! Random tensors. A seed gives the same numbers on every machine; `f32` has those of `f64`, rounded.

use alloc::boxed::Box;

use crate::element::Element;
use crate::random::{Random, Use};
use crate::shape::Shape;
use crate::tensor::{Float, Tensor};

impl<S: Shape, T: Float> Tensor<S, T> {
    /// Uniformly distributed numbers from `low` to `high`, drawn from a seed.
    ///
    /// ```
    /// use katachi_core::{shape, tensor::Tensor};
    ///
    /// let x = Tensor::<shape!(1000)>::uniform(-1.0, 1.0, 22);
    /// assert!(x.iter().all(|x| (-1.0..=1.0).contains(x)) && x.mean().abs() < 0.1);
    /// assert_eq!(x, Tensor::uniform(-1.0, 1.0, 22)); // the same seed, the same numbers
    /// ```
    pub fn uniform(low: T, high: T, seed: u64) -> Self {
        Self::from_fn(uniform(low, high, seed))
    }

    /// [`Tensor::uniform`] on the heap, never built on the stack.
    pub fn boxed_uniform(low: T, high: T, seed: u64) -> Box<Self> {
        Self::boxed_from_fn(uniform(low, high, seed))
    }

    /// Normally distributed numbers of this mean and standard deviation, drawn from a seed.
    ///
    /// ```
    /// use katachi_core::{shape, tensor::Tensor};
    ///
    /// let x = Tensor::<shape!(1000), f64>::normal(5.0, 2.0, 22);
    /// assert!((x.mean() - 5.0).abs() < 0.3);
    /// ```
    pub fn normal(mean: T, deviation: T, seed: u64) -> Self {
        Self::from_fn(normal(mean, deviation, seed))
    }

    /// [`Tensor::normal`] on the heap, never built on the stack.
    pub fn boxed_normal(mean: T, deviation: T, seed: u64) -> Box<Self> {
        Self::boxed_from_fn(normal(mean, deviation, seed))
    }
}

fn uniform<T: Float>(low: T, high: T, seed: u64) -> impl FnMut(usize) -> T {
    let (low, range) = (low.to_f64(), high.to_f64() - low.to_f64());
    let mut random = Random::new(seed, Use::Tensors, 0);
    move |_| T::from_f64(low + range * random.unit())
}

/// By Marsaglia's polar method, which needs no sine. Of each pair one is used, so that a number depends on its place
/// alone.
fn normal<T: Float>(mean: T, deviation: T, seed: u64) -> impl FnMut(usize) -> T {
    let (mean, deviation) = (mean.to_f64(), deviation.to_f64());
    let mut random = Random::new(seed, Use::Tensors, 0);
    move |_| loop {
        let (x, y) = (2.0 * random.unit() - 1.0, 2.0 * random.unit() - 1.0);
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            let factor = Element::sqrt(-2.0 * Element::ln(square) / square);
            return T::from_f64(mean + deviation * (x * factor));
        }
    }
}
