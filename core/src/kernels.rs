//! Kernels: the arithmetic of a pass, over plain slices.
//!
//! Row-major throughout, one sample a row; a dense layer's weight is `[inputs, outputs]` and `y = xW + b`. Sizes are
//! ordinary arguments: fixed at compile time they would buy 6 to 8 %, and cost twenty times the time to compile. A
//! forward kernel and its adjoint stand side by side; the formula is the documentation. Slices of the wrong length
//! panic at the top of the kernel.
//!
//! **Processors.** With `std` the processor's features are found at run time: AVX-512, AVX2 with FMA, or neither.
//! Without `std` they are what the crate is compiled for. Elementwise kernels give the same bits everywhere; products
//! differ in the last bits, because their sums have an order for each vector length.
//!
//! **Threads.** With `std`, large work is split over the rayon pool in which the caller runs (`pool.install(…)`).
//! Outside of a pool it stays on the calling thread, since entering a pool allocates, and a training step must not.
//! Only outputs are split, never a sum, and the choice of a kernel looks at the whole sizes, so the result does not
//! depend on the number of threads.
//!
//! **Debug builds.** What runs for each element is compiled in this crate, for `f32` and for `f64`, so that it is as
//! fast as the profile of this crate says, and not as slow as a debug build of the crate that calls it.
#![allow(clippy::missing_panics_doc, reason = "said once, above")]

pub mod dense;
pub mod dropout;
pub mod elementwise;
pub mod lookup;
pub mod loss;
pub mod matmul;
pub mod optimizer;
pub mod penalty;
pub mod pointwise;
pub mod rearrange;
pub mod reduce;
pub mod softmax;

mod axes;
pub(crate) mod blocks;
mod compiled;
#[cfg(feature = "matrixmultiply")]
mod fallback;
mod fold;
mod grid;
mod parallel;
mod processor;
pub(crate) mod product;
mod program;
mod tile;
pub(crate) mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(test)]
mod tests;

pub use dense::{dense, dense_bias_adjoint, dense_input_adjoint, dense_weight_adjoint};
pub use dropout::dropout;
pub use elementwise::{Binary, Operand, REGISTERS, Step, Unary, elementwise};
pub use lookup::{lookup, lookup_adjoint, one_hot};
pub use loss::sparse_softmax_cross_entropy;
pub use matmul::{Destination, Factor, matmul};
pub use penalty::penalty;
pub use pointwise::{activate, activation_adjoint};
pub use rearrange::{Walk, rearrange};
pub use reduce::{Reduction, argmax, reduce};
pub use softmax::{log_softmax, log_softmax_adjoint, softmax, softmax_adjoint};

/// The most axes that an array has, beside the samples.
pub const MAX_RANK: usize = 6;

/// Whether an adjoint replaces its target or adds to it: the gradients of shared weights sum up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// The target need not be initialised with anything of meaning.
    Set,
    /// The target's values are kept and added to.
    Add,
}
