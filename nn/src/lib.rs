//! Katachi.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::float_cmp, reason = "tests claim numbers to the last bit"))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(test)]
extern crate self as katachi; // Expansions of `model!` name `::katachi`, in this crate's own tests too.

pub mod accepts;
#[cfg(feature = "std")]
pub mod data;
pub mod ending;
#[cfg(feature = "std")]
pub mod error;
#[cfg(feature = "std")]
pub mod history;
pub mod initializer;
pub mod layers;
pub mod loss;
pub mod memory;
#[cfg(feature = "std")]
pub mod metric;
pub mod model;
#[cfg(feature = "std")]
pub mod optimizer;
pub mod parameters;
#[cfg(feature = "std")]
pub mod predict;
pub mod prelude;
#[cfg(feature = "std")]
pub mod progress;
#[cfg(feature = "alloc")]
pub mod summary;
pub mod targets;
#[cfg(feature = "std")]
pub mod trainer;
#[cfg(feature = "alloc")]
pub mod workspace;

#[cfg(feature = "std")]
pub use data::Dataset;
#[cfg(feature = "std")]
pub use error::Error;
#[cfg(feature = "std")]
pub use history::{Evaluation, History};
pub use initializer::Initializer;
#[cfg(feature = "alloc")]
pub use katachi_core::batch::Batch;
pub use katachi_core::{
    activation::Activation,
    batch::{BatchView, Samples},
    element::Element,
    kernels, shape,
    shape::Shape,
    tensor::Tensor,
    typenum,
};
pub use katachi_macros::model;
pub use memory::Memory;
pub use model::{Model, Pass};
pub use parameters::Parameters;
#[cfg(feature = "std")]
pub use predict::Predict;
#[cfg(feature = "std")]
pub use progress::Verbosity;
#[cfg(feature = "std")]
pub use trainer::Trainer;
#[cfg(feature = "alloc")]
pub use workspace::{InferenceWorkspace, Workspace};

/// What expansions of `model!` name. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "alloc")]
    pub use alloc::boxed::Box;
    pub use core::option::Option::{self, None, Some};

    pub use katachi_core::activation::Activation;
    pub use katachi_core::kernels::{self, Write};
    pub use katachi_core::{batch::BatchView, element::Element, shape, typenum};

    pub use crate::accepts::{AcceptsSamples, AcceptsTargets, Same};
    pub use crate::ending;
    pub use crate::if_alloc;
    pub use crate::initializer::Initializer;
    pub use crate::layers::{Dense, DenseWithoutBias};
    pub use crate::memory::Memory;
    pub use crate::model::{LayerInfo, Model, ParameterInfo, Pass};
    pub use crate::parameters::Parameters;

    /// The first values of `workspace` as buffers for `samples` of these sizes.
    pub fn split<T, const N: usize>(mut workspace: &mut [T], samples: usize, sizes: [usize; N]) -> [&mut [T]; N] {
        sizes.map(|size| {
            let (buffer, rest) = core::mem::take(&mut workspace)
                .split_at_mut_checked(samples * size)
                .expect("the workspace is too small for this batch: see `Model::TRAINING_WORKSPACE`");
            workspace = rest;
            buffer
        })
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
