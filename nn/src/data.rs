//! Data to train on: [`Dataset`], and where it comes from.
//!
//! A dataset pairs inputs of one shape with targets, and both are part of its type: `Dataset<shape!(784),
//! Labels<U10>>` holds samples of 784 values with labels of 10 classes. Its constructors check the data once, so that
//! nothing needs to be checked in training.
//!
//! | data | from |
//! |---|---|
//! | values and labels in memory | [`Dataset::from_labels`] |
//! | several inputs or targets | [`Dataset::from_batches`] of [`Batch::zip`](crate::Batch::zip) |
//! | values and target values in memory | [`Dataset::from_values`], [`Dataset::from_arrays`], [`Dataset::from_batches`] |
//! | samples that come one by one | `Dataset::from_samples` |
//! | tables of text, CSV | [`Csv`] |
//! | files of `NumPy` (feature `npy`) | `Dataset::from_npy`, `Dataset::from_npz` |
//! | folders of PNG images (feature `png`) | `Dataset::from_png_folder` |
//! | IDX files, as MNIST and its relatives | [`mnist`](fn@mnist), [`Dataset::from_idx`], [`idx::read`] |
//! | MNIST and Fashion-MNIST, downloaded once (feature `download`) | `mnist_cached`, `fashion_mnist_cached` |
//! | small digits, embedded in this crate | [`digits`](fn@digits) |
//!
//! ```
//! use katachi::data::digits;
//!
//! let (train, test) = digits().shuffle(22).split(0.8)?;
//! assert_eq!((train.len(), test.len()), (1438, 359));
//! # Ok::<(), katachi::error::Error>(())
//! ```
//!
//! A dataset is a choice of rows over values that others share: [`shuffle`](Dataset::shuffle), [`split`](Dataset::split),
//! [`filter`](Dataset::filter) and the like copy none. [`Scaler`] brings features to a like scale,
//! [`augment`](Dataset::augment) changes samples at random in training.

mod augment;
mod batches;
#[cfg(feature = "download")]
mod cached;
mod classes;
mod column;
mod construct;
mod csv;
mod dataset;
mod digits;
#[cfg(feature = "download")]
pub mod download;
mod file;
pub mod idx;
mod mnist;
#[cfg(feature = "npy")]
mod npy;
mod order;
mod parts;
#[cfg(feature = "png")]
mod png;
mod prefetch;
mod scaler;
#[cfg(test)]
mod tests;
mod transform;

pub use batches::Batches;
#[cfg(feature = "download")]
pub use cached::{fashion_mnist_cached, mnist_cached};
pub use csv::{Csv, CsvTargets, Missing};
pub use dataset::Dataset;
pub use digits::digits;
pub use katachi_core::random::Random;
pub use mnist::{Mnist, mnist};
pub use order::Order;
#[cfg(feature = "png")]
pub use png::image_from_png;
pub use prefetch::{Prefetch, Prefetched};
pub use scaler::{MinMax, Robust, Scaler, Standardize};
