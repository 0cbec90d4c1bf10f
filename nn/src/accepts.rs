//! Whether data fit a model, as bounds whose messages are sentences.
//!
//! Shapes are compared first ([`Verdict`]); these bounds are put on what came out.
//! `model!` implements them through a trait of its own that names the model and its shape in decimal numbers.
//! A hand-written model writes `impl AcceptsSamples<Same> for MyModel {}`, and likewise for its targets.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

pub use katachi_core::compare::{Compare, Different, Same, Verdict};

/// A model that takes samples whose shape compares with its own as `V`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes samples of another shape",
    label = "the shape of these samples is not the shape that the model takes"
)]
pub trait AcceptsSamples<V> {}

/// A model that can be trained towards targets whose shape compares with its output as `V`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` gives outputs of another shape than these targets",
    label = "these targets do not have the shape of the model's outputs"
)]
pub trait AcceptsTargets<V> {}

#[cfg(feature = "alloc")]
impl<V, M: AcceptsSamples<V>> AcceptsSamples<V> for Box<M> {}

#[cfg(feature = "alloc")]
impl<V, M: AcceptsTargets<V>> AcceptsTargets<V> for Box<M> {}
