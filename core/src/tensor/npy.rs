//! Tensors in the files of `NumPy`: `.npy` here, `.npz` in [`Npz`].
//!
//! Read are arrays as `np.save` and `np.savez` write them: of the seven types of elements, little-endian, row-major, of
//! the shape and the type that the program names. Nothing is converted: what differs is an error that says how to save
//! the array so that it fits.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::path::Path;

mod archive;
mod error;
mod header;
mod rows;
#[cfg(test)]
mod tests;

pub use archive::Npz;
pub use error::NpyError;
pub use rows::Rows;

use super::{Dtype, Tensor};
use crate::shape::Shape;
use error::in_place;
use header::Header;

/// A type of elements with its name and its bytes in an `.npy` file.
pub trait NpyElement: Dtype {
    /// The name in the header: `"<f4"`.
    const DESCR: &'static str;
    /// The size in bytes.
    const BYTES: usize = size_of::<Self>();

    /// Appends the little-endian bytes of the value.
    fn append(self, bytes: &mut Vec<u8>);
    /// The value of [`NpyElement::BYTES`] bytes; of others 0.
    fn from_bytes(bytes: &[u8]) -> Self;
}

macro_rules! npy_element {
    ($($type:ident $descr:literal),+) => {$(
        impl NpyElement for $type {
            const DESCR: &'static str = $descr;

            fn append(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }

            fn from_bytes(bytes: &[u8]) -> Self {
                bytes.try_into().map_or(Self::ZERO, Self::from_le_bytes)
            }
        }
    )+};
}

npy_element!(f32 "<f4", f64 "<f8", i8 "|i1", i32 "<i4", i64 "<i8", u8 "|u1");

impl NpyElement for bool {
    const DESCR: &'static str = "|b1";

    fn append(self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self));
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        bytes != [0]
    }
}

impl<S: Shape, T: NpyElement> Tensor<S, T> {
    /// The bytes of an `.npy` file with this tensor, as `np.save` writes them.
    ///
    /// ```
    /// use katachi_core::{shape, tensor, tensor::Tensor};
    ///
    /// let x = tensor![[1.0, 2.0], [3.0, 4.0]];
    /// let bytes = x.to_npy();
    /// assert_eq!(*Tensor::<shape!(2, 2), f64>::from_npy(&bytes).unwrap(), x);
    /// assert_eq!(
    ///     Tensor::<shape!(2, 3), f64>::from_npy(&bytes).unwrap_err().to_string(),
    ///     "these bytes: the array has the shape [2, 2], and the program takes [2, 3]; save another array, or reshape it",
    /// );
    /// ```
    pub fn to_npy(&self) -> Vec<u8> {
        let mut bytes = Header::of::<S, T>().to_bytes();
        for &value in self.iter() {
            value.append(&mut bytes);
        }
        bytes
    }

    /// The tensor of the bytes of an `.npy` file; an error if they hold another shape, another type, or no array.
    pub fn from_npy(bytes: &[u8]) -> Result<Box<Self>, NpyError> {
        in_place("these bytes", Self::parse(bytes))
    }

    /// Writes an `.npy` file; an existing one is replaced.
    pub fn save_npy(&self, path: impl AsRef<Path>) -> Result<(), NpyError> {
        let path = path.as_ref();
        std::fs::write(path, self.to_npy()).map_err(|error| NpyError::io(path, &error))
    }

    /// Reads an `.npy` file; an error, which names the file, if it holds another shape, another type, or no array.
    pub fn load_npy(path: impl AsRef<Path>) -> Result<Box<Self>, NpyError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| NpyError::io(path, &error))?;
        in_place(&format!("`{}`", path.display()), Self::parse(&bytes))
    }

    /// The tensor, or what is wrong and the mend.
    fn parse(bytes: &[u8]) -> Result<Box<Self>, String> {
        let (header, values) = Header::parse(bytes)?;
        header.check::<S, T>()?;
        let expected = S::SIZE * T::BYTES;
        if values.len() != expected {
            let found = values.len();
            return Err(format!("{expected} bytes of values are announced, and {found} follow; save the array again"));
        }
        let mut values = values.chunks_exact(T::BYTES);
        Ok(Self::boxed_from_fn(|_| values.next().map_or(T::ZERO, T::from_bytes)))
    }
}
