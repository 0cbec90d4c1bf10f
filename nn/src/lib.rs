//! Katachi.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;
extern crate self as katachi; // Expansions of `model!` name `::katachi`, in this crate's own tests too.

pub mod accepts;
#[cfg(feature = "std")]
pub mod data;
pub mod ending;
#[cfg(feature = "std")]
pub mod error;
pub mod model;
pub mod parameters;
pub mod targets;
#[cfg(feature = "alloc")]
pub mod workspace;

#[cfg(feature = "std")]
pub use data::Dataset;
#[cfg(feature = "alloc")]
pub use katachi_core::batch::Batch;
pub use katachi_core::{
    batch::{BatchView, Samples},
    element::Element,
    kernels, shape,
    shape::Shape,
    tensor::Tensor,
    typenum,
};
pub use model::{Model, Pass};
pub use parameters::Parameters;

/// What expansions of `model!` name. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::accepts::{AcceptsSamples, AcceptsTargets, Same};
}
