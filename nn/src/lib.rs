#![doc = include_str!("../README.md")]
//!
//! # The parts
//!
//! [`model!`] declares a network; [`language`] is the chapter about how, with all functions in one table, and [`layers`]
//! the table of what stands in a model. A [`Dataset`] holds samples and targets, a [`Trainer`] brings them together with a
//! [loss](loss) and an [optimizer](optimizer), and [`Predict`] uses the result. What a trainer does can be written by hand
//! with a [`Workspace`]. [`Model`] is the trait behind it all, with an implementation written by hand in its
//! documentation.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::float_cmp, reason = "tests claim numbers to the last bit"))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(test)]
extern crate self as katachi; // Expansions of `model!` name `::katachi`, in this crate's own tests too.

pub mod accepts;
#[cfg(feature = "std")]
pub mod callback;
#[cfg(feature = "std")]
pub mod checkpoint;
#[cfg(feature = "std")]
pub mod coming_from_keras;
pub mod constraint;
#[cfg(feature = "std")]
pub mod data;
pub mod ending;
#[cfg(feature = "std")]
pub mod error;
#[cfg(feature = "std")]
mod frozen;
#[cfg(feature = "std")]
pub mod history;
#[cfg(feature = "std")]
pub mod import;
pub mod initializer;
#[cfg(feature = "std")]
pub mod inspect;
pub mod language;
pub mod layers;
pub mod loss;
pub mod memory;
#[cfg(feature = "std")]
pub mod metric;
pub mod model;
#[cfg(feature = "std")]
mod names;
mod nested;
#[cfg(feature = "std")]
pub mod optimizer;
pub mod parameters;
#[cfg(feature = "plot")]
pub mod plot;
#[cfg(feature = "std")]
pub mod predict;
pub mod prelude;
#[cfg(feature = "std")]
pub mod progress;
pub mod regularizer;
#[cfg(feature = "std")]
pub mod save;
#[cfg(feature = "std")]
pub mod schedule;
#[cfg(feature = "alloc")]
pub mod summary;
mod tables;
pub mod targets;
#[cfg(feature = "tensorboard")]
pub mod tensorboard;
#[cfg(feature = "std")]
pub mod terminal;
#[cfg(feature = "std")]
pub mod trainer;
#[cfg(feature = "alloc")]
pub mod workspace;

pub use constraint::Constraint;
#[cfg(feature = "std")]
pub use data::Dataset;
#[cfg(feature = "std")]
pub use error::Error;
#[cfg(feature = "std")]
pub use history::{Evaluation, History};
#[cfg(feature = "std")]
pub use import::{Import, Layout};
pub use initializer::{Distribution, Fan, Initializer};
#[cfg(feature = "std")]
pub use inspect::Inspect;
#[cfg(feature = "alloc")]
pub use katachi_core::batch::Batch;
pub use katachi_core::{
    activation::Activation,
    axes, batch,
    batch::{BatchView, Samples},
    element::Element,
    kernels, shape,
    shape::Shape,
    tensor,
    tensor::Tensor,
    typenum,
};
/// Writes the gradient of a function: `f`, `f::grad` and `f::value_and_grad`.
///
/// The signature is ordinary Rust over numbers whose shapes it says: `f32` or `f64`, arrays such as `[f64; 3]`, and
/// `&Tensor<shape!(2, 3), f64>`. The body is in the language of [`model!`](crate::model!), and the result is a scalar.
///
/// ```
/// use katachi::prelude::*;
///
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     x * x + 2.0 * x + 3.0
/// }
///
/// #[differentiable]
/// fn g(x: f64, y: f64) -> f64 {
///     x * x - 2.0 * x * y + 3.0 * y
/// }
///
/// assert_eq!(f(1.0), 6.0);
/// assert_eq!(f::grad(1.0), 4.0);
/// assert_eq!(g::grad(2.0, 1.0), (2.0, -1.0));
/// assert_eq!(g::value_and_grad(2.0, 1.0), (3.0, (2.0, -1.0)));
/// ```
///
/// A gradient is a tuple with a part for each argument, or the part of the only one. `#[differentiable(x)]` computes the
/// parts of the named arguments only. A function can call others and their gradients, so a second derivative is the
/// gradient of a gradient:
///
/// ```
/// use katachi::prelude::*;
///
/// #[differentiable]
/// fn cubic(x: f64) -> f64 {
///     pow(x, 3)
/// }
///
/// #[differentiable]
/// fn slope(x: f64) -> f64 {
///     cubic::grad(x)
/// }
///
/// assert_eq!(slope(2.0), 12.0); // 3 x²
/// assert_eq!(slope::grad(2.0), 12.0); // 6 x
/// ```
#[doc(inline)]
pub use katachi_macros::differentiable;
/// Declares a network: a struct of parameters with its passes, its tables and its sizes.
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     /// The multilayer perceptron of the TensorFlow Core tutorial.
///     pub struct Mlp {
///         hidden1: Dense(784 => 700, relu),
///         hidden2: Dense(700 => 500, relu),
///         logits: Dense(500 => 10),
///     }
/// }
///
/// let mlp = Mlp::init(22); // on the heap, its parameters drawn from the seed 22
/// assert_eq!(mlp.hidden1.weight.len(), 784 * 700);
/// assert_eq!(mlp.as_slice().len(), 905_010);
/// assert_eq!(Mlp::PARAMETERS[2].name, "hidden2.weight");
/// ```
///
/// # The language
///
/// A line is `name: Kind(arguments),`. Layers run in the order written, unless a function calls them:
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     pub struct Residual {
///         stem: Dense(54 => 32, relu),
///         body: Dense(32 => 32, relu),
///         head: Dense(_ => 7),
///     }
///
///     fn forward(x: [54], extra: [3]) -> [7] {
///         let h = stem(x);
///         let h = h + body(h);
///         head(concat(h, extra))
///     }
/// }
///
/// assert_eq!(Residual::init(22).head.weight.len(), 35 * 7);
/// ```
///
/// [`language`] is a chapter about all of it, with every function, its shapes and its gradient; [`layers`] is the table of
/// kinds, options, activations and initializers.
///
/// # What it writes
///
/// With `Mlp` for the name of the struct:
///
/// - `pub struct Mlp<T = f32>`, plain data, with a field for each layer that has parameters. It is also one slice,
///   [`as_slice`](Parameters::as_slice). A gradient is an `Mlp` too. `T` is `f32` or `f64`; `Mlp` alone is always f32.
/// - `Mlp::init(seed) -> Box<Mlp>`; for f64, `<Mlp<f64> as Model>::init(seed)`.
/// - `Mlp::LAYERS` and `Mlp::PARAMETERS`, tables of names, shapes, counts and offsets.
/// - `Mlp::PARAMETER_BYTES`, `Mlp::INFERENCE_BYTES`, `Mlp::TRAINING_BYTES`, so that a budget can be an assertion of the
///   compiler (see [`Memory`]).
/// - `impl Model for Mlp`, and through it [`predict`](Predict::predict), [`evaluate`](Predict::evaluate),
///   [`summary`](Predict::summary).
///
/// What the backward pass computes is decided here too: the gradient of the input, which is a quarter of a training step
/// of this `Mlp`, is left out unless it is asked for.
#[doc(inline)]
pub use katachi_macros::model;
pub use memory::Memory;
pub use model::{Model, Pass, WorkspaceSize};
pub use parameters::Parameters;
#[cfg(feature = "std")]
pub use predict::Predict;
#[cfg(feature = "std")]
pub use progress::Verbosity;
pub use regularizer::Regularizer;
#[cfg(feature = "std")]
pub use save::Save;
#[cfg(feature = "std")]
pub use trainer::Trainer;
#[cfg(feature = "alloc")]
pub use workspace::{InferenceWorkspace, Workspace};

/// What expansions of `model!` name. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "alloc")]
    pub use alloc::{boxed::Box, vec};
    pub use core::clone::Clone;
    pub use core::convert::From;
    pub use core::fmt::Debug;
    pub use core::marker::Copy;
    pub use katachi_macros::differentiable_with;

    pub use core::option::Option::{self, None, Some};

    pub use katachi_core::activation::Activation;
    pub use katachi_core::kernels::{self, Write};
    pub use katachi_core::shape::{Shape, Size};
    pub use katachi_core::tensor::Tensor;
    pub use katachi_core::typenum::Unsigned;
    pub use katachi_core::{batch::BatchView, element::Element, shape, typenum};

    pub use crate::accepts::{AcceptsSamples, AcceptsTargets, Same};
    pub use crate::constraint::Constraint;
    pub use crate::ending;
    #[cfg(feature = "std")]
    pub use crate::{error::Error, save::Save};
    pub use crate::{if_alloc, if_std};
    #[cfg(feature = "std")]
    pub use std::path::Path;

    pub use crate::initializer::{Distribution, Fan, Initializer};
    pub use crate::layers::{Dense, DenseWithoutBias, Embedding};
    pub use crate::loss::{FitsOutputs, SampleLoss};
    pub use crate::memory::Memory;
    pub use crate::model::{ActivationInfo, LayerInfo, Model, ParameterInfo, Pass, WorkspaceSize};
    pub use crate::nested::check as check_nested;
    pub use crate::parameters::Parameters;
    pub use crate::regularizer::Regularizer;

    /// The first values of `workspace` as buffers of these lengths.
    pub fn split<T, const N: usize>(mut workspace: &mut [T], lengths: [usize; N]) -> [&mut [T]; N] {
        lengths.map(|length| {
            let (buffer, rest) = core::mem::take(&mut workspace)
                .split_at_mut_checked(length)
                .expect("the workspace is too small for this batch: see `Model::TRAINING_WORKSPACE`");
            workspace = rest;
            buffer
        })
    }

    /// Values that are whole samples, as the batch that they are.
    pub fn view<S: Shape, T: Element>(values: &[T]) -> BatchView<'_, S, T> {
        let Ok(view) = BatchView::new(values) else { unreachable!("the sizes of a model within a model were checked") };
        view
    }

    /// The first values of a slice as a tensor.
    pub fn tensor<S: Shape, T: Element>(values: &[T]) -> Tensor<S, T> {
        let mut tensor = Tensor::zeros();
        tensor.as_mut_slice().copy_from_slice(&values[..S::SIZE]);
        tensor
    }

    /// A number of values as a number.
    pub const fn number(count: usize) -> f64 {
        count as f64
    }

    /// A number of values as an element.
    pub fn count<T: Element>(count: usize) -> T {
        T::from_f64(number(count))
    }

    /// Sets a gradient, or adds to it.
    pub fn store<T: Element>(write: Write, value: &[T], gradient: &mut [T]) {
        match write {
            Write::Set => gradient.copy_from_slice(value),
            Write::Add => gradient.iter_mut().zip(value).for_each(|(sum, part)| *sum += *part),
        }
    }

    /// The gradient of what nothing depends on.
    pub fn clear<T: Element>(write: Write, gradient: &mut [T]) {
        if write == Write::Set {
            gradient.fill(T::ZERO);
        }
    }
}

/// Keeps its contents where there is an allocator. An expansion cannot ask for the features of this crate itself.
#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! if_alloc {
    ($($item:item)*) => { $($item)* };
}

/// Drops its contents where there is no allocator.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! if_alloc {
    ($($item:item)*) => {};
}

/// Keeps its contents where there is a standard library.
#[cfg(feature = "std")]
#[doc(hidden)]
#[macro_export]
macro_rules! if_std {
    ($($item:item)*) => { $($item)* };
}

/// Drops its contents where there is no standard library.
#[cfg(not(feature = "std"))]
#[doc(hidden)]
#[macro_export]
macro_rules! if_std {
    ($($item:item)*) => {};
}
