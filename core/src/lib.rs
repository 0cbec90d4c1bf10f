//! Shapes, tensors and kernels of katachi.
//!
//! `no_std`, and without its features no allocator either: everything here works on slices and on plain arrays whose
//! sizes are types. Users name these items through the crate `katachi`.
//!
//! In reading order: [`mod@shape`] (sizes as types), [`compare`] (are two shapes the same? answered by a type, so that
//! messages stay short), [`element`] (f32 and f64), [`mod@tensor`] (their arithmetic), [`batch`], [`activation`], [`kernels`];
//! with an allocator, `random`.
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod activation;
pub mod batch;
pub mod compare;
pub mod element;
pub mod kernels;
pub mod math;
#[cfg(feature = "alloc")]
pub mod random;
pub mod shape;
pub mod tensor;

#[doc(hidden)]
pub use katachi_macros::shape as __shape;
pub use typenum;
