//! Arrays whose first axis counts samples, of a length that the file tells.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::path::Path;

use super::error::in_place;
use super::header::Header;
use super::{NpyElement, NpyError, Npz};
use crate::element::Element;

/// The samples of an array of `NumPy`: its first axis counts them, and the others are the sizes of one.
///
/// ```
/// use katachi_core::{shape, tensor, tensor::npy::Rows};
///
/// let bytes = tensor![[1, 2], [3, 4], [5, 6]].to_npy();
/// let rows = Rows::from_npy(&bytes).unwrap();
/// assert_eq!((rows.len(), rows.dims()), (3, &[2][..]));
/// assert_eq!(rows.values::<f32>(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Rows {
    place: String,
    len: usize,
    dims: Vec<usize>,
    kind: Kind,
    bytes: Vec<u8>,
    /// Where the values begin.
    start: usize,
}

/// The types of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    F32,
    F64,
    I8,
    I32,
    I64,
    U8,
    Bool,
}

const KINDS: [(Kind, &str, usize); 7] = [
    (Kind::F32, f32::DESCR, 4),
    (Kind::F64, f64::DESCR, 8),
    (Kind::I8, i8::DESCR, 1),
    (Kind::I32, i32::DESCR, 4),
    (Kind::I64, i64::DESCR, 8),
    (Kind::U8, u8::DESCR, 1),
    (Kind::Bool, bool::DESCR, 1),
];

impl Rows {
    /// The samples of the bytes of an `.npy` file; an error if they hold no array of at least one axis.
    pub fn from_npy(bytes: &[u8]) -> Result<Self, NpyError> {
        Self::parse("these bytes", bytes.to_vec())
    }

    /// Reads an `.npy` file.
    pub fn load_npy(path: impl AsRef<Path>) -> Result<Self, NpyError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| NpyError::io(path, &error))?;
        Self::parse(&format!("`{}`", path.display()), bytes)
    }

    pub(super) fn parse(place: &str, bytes: Vec<u8>) -> Result<Self, NpyError> {
        let rows = Self::read(place, bytes);
        in_place(place, rows)
    }

    fn read(place: &str, bytes: Vec<u8>) -> Result<Self, String> {
        let (header, values) = Header::parse(&bytes)?;
        let Some((kind, _, size)) = KINDS.into_iter().find(|(_, descr, _)| *descr == header.descr) else {
            let descr = &header.descr;
            return Err(format!("the elements are of type '{descr}', which is not read; save `array.astype('<f4')`"));
        };
        let Some((&len, dims)) = header.shape.split_first() else {
            return Err("the array is a single number; save one whose first axis counts the samples".to_owned());
        };
        if header.fortran_order && !dims.is_empty() {
            return Err("the array is stored column after column; save `np.ascontiguousarray(array)`".to_owned());
        }
        // That of a sample comes first: of no sample, the product of all sizes is 0, whatever the others are.
        let sample = dims.iter().try_fold(size, |product, size| product.checked_mul(*size));
        let announced = sample.and_then(|sample| sample.checked_mul(len));
        let found = values.len();
        if announced != Some(found) {
            let shape = &header.shape;
            return Err(format!(
                "{found} bytes of values follow, which are not those of {shape:?}; save the array again"
            ));
        }
        let start = bytes.len() - found;
        Ok(Self { place: place.to_owned(), len, dims: dims.to_vec(), kind, start, bytes })
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The sizes of one sample.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// Where it was read from, as errors call it.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The name of the type of the elements, as `NumPy` writes it.
    pub fn descr(&self) -> &'static str {
        KINDS.iter().find(|(kind, ..)| *kind == self.kind).map_or("", |(_, descr, _)| *descr)
    }

    /// The values, sample after sample, each the nearest of type `T`.
    pub fn values<T: Element>(&self) -> Vec<T> {
        let bytes = &self.bytes[self.start..];
        match self.kind {
            Kind::F32 => collect(bytes, |x: f32| T::from_f64(x.into())),
            Kind::F64 => collect(bytes, T::from_f64),
            Kind::I8 => collect(bytes, |x: i8| T::from_f64(x.into())),
            Kind::I32 => collect(bytes, |x: i32| T::from_f64(x.into())),
            #[allow(clippy::cast_precision_loss, reason = "the nearest value is what is asked for")]
            Kind::I64 => collect(bytes, |x: i64| T::from_f64(x as f64)),
            Kind::U8 => collect(bytes, |x: u8| T::from_f64(x.into())),
            Kind::Bool => collect(bytes, |x: bool| if x { T::ONE } else { T::ZERO }),
        }
    }

    /// The values if they are whole numbers; `None` for arrays of floats.
    pub fn integers(&self) -> Option<Vec<i64>> {
        let bytes = &self.bytes[self.start..];
        Some(match self.kind {
            Kind::F32 | Kind::F64 => return None,
            Kind::I8 => collect(bytes, |x: i8| x.into()),
            Kind::I32 => collect(bytes, |x: i32| x.into()),
            Kind::I64 => collect(bytes, |x: i64| x),
            Kind::U8 => collect(bytes, |x: u8| x.into()),
            Kind::Bool => collect(bytes, |x: bool| x.into()),
        })
    }
}

fn collect<E: NpyElement, R>(bytes: &[u8], f: impl Fn(E) -> R) -> Vec<R> {
    bytes.chunks_exact(E::BYTES).map(|bytes| f(E::from_bytes(bytes))).collect()
}

impl Npz {
    /// The samples of the array of a name; an error if there is none, or if it has no axis.
    pub fn rows(&self, name: &str) -> Result<Rows, NpyError> {
        let bytes = self.file(name)?;
        Rows::parse(&format!("{}, array `{name}`", self.place()), bytes)
    }
}
