//! The header of an `.npy` file: a Python dictionary of three entries.
//!
//! ```text
//! 93 4E 55 4D 50 59  01 00  76 00  {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }
//! magic bytes        version length
//! ```

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::NpyElement;
use crate::shape::Shape;

const MAGIC: &[u8] = b"\x93NUMPY";
/// The values begin at a multiple of it.
const ALIGNMENT: usize = 64;
/// The longest header that is read: the limit of `np.load`.
pub(super) const LONGEST: usize = 10_000;

/// What the header says of the array.
pub(super) struct Header {
    pub(super) descr: String,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
}

impl Header {
    /// The header of a tensor.
    pub(super) fn of<S: Shape, T: NpyElement>() -> Self {
        Self { descr: T::DESCR.to_owned(), fortran_order: false, shape: S::DIMS.to_vec() }
    }

    /// The bytes before the values, in version 1.0.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let sizes: Vec<String> = self.shape.iter().map(ToString::to_string).collect();
        // A tuple of one has a comma at its end.
        let comma = if sizes.len() == 1 { "," } else { "" };
        let mut text =
            format!("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{comma}), }}", self.descr, sizes.join(", "));
        let prefix = MAGIC.len() + 4;
        while !(prefix + text.len() + 1).is_multiple_of(ALIGNMENT) {
            text.push(' ');
        }
        text.push('\n');
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        // Six sizes of twenty digits each do not fill a length of two bytes.
        bytes.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend(text.bytes());
        bytes
    }

    /// The header of an `.npy` file, and the bytes behind it.
    pub(super) fn parse(bytes: &[u8]) -> Result<(Self, &[u8]), String> {
        let cut = || "the file ends inside its header; save the array again".to_owned();
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err("this is no .npy file; write one with `np.save`".to_owned());
        };
        let (version, rest) = rest.split_first_chunk::<2>().ok_or_else(cut)?;
        let (length, rest) = match version[0] {
            1 => {
                let (length, rest) = rest.split_first_chunk::<2>().ok_or_else(cut)?;
                (usize::from(u16::from_le_bytes(*length)), rest)
            }
            2 | 3 => {
                let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
                (usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX), rest)
            }
            other => return Err(format!("version {other} of .npy files is unknown; write one with `np.save`")),
        };
        if length > LONGEST {
            return Err(format!("a header of {length} bytes is none of an array of numbers; save the array again"));
        }
        let (text, values) = rest.split_at_checked(length).ok_or_else(cut)?;
        let header = core::str::from_utf8(text).ok().and_then(Self::read);
        let header = header.ok_or("the header cannot be read; save an array of numbers with `np.save`")?;
        Ok((header, values))
    }

    /// The three entries of the dictionary; `None` if one is missing or is something else.
    fn read(text: &str) -> Option<Self> {
        let entry = |name: &str| Some(text.split_once(name)?.1.trim_start().strip_prefix(':')?.trim_start());
        let descr = entry("'descr'")?.strip_prefix('\'')?.split_once('\'')?.0.to_owned();
        let order = entry("'fortran_order'")?;
        let fortran_order = order.starts_with("True");
        if !fortran_order && !order.starts_with("False") {
            return None;
        }
        let sizes = entry("'shape'")?.strip_prefix('(')?.split_once(')')?.0.trim().trim_end_matches(',');
        let sizes = sizes.split(',').map(str::trim).filter(|size| !size.is_empty());
        let shape = sizes.map(|size| size.parse().ok()).collect::<Option<Vec<usize>>>()?;
        Some(Self { descr, fortran_order, shape })
    }

    /// The sizes of the array.
    pub(super) fn into_shape(self) -> Vec<usize> {
        self.shape
    }

    /// How many bytes a value has in an array of floating-point numbers that is stored row after row.
    pub(super) fn float_bytes(&self) -> Result<usize, String> {
        if self.fortran_order && self.shape.len() > 1 {
            return Err("the array is stored column after column; save `np.ascontiguousarray(array)`".to_owned());
        }
        match self.descr.as_str() {
            "<f4" => Ok(4),
            "<f8" => Ok(8),
            other => Err(format!("the elements are of type '{other}', no floats; save `array.astype('<f4')`")),
        }
    }

    /// Whether the array is a tensor of this shape and type.
    pub(super) fn check<S: Shape, T: NpyElement>(&self) -> Result<(), String> {
        let Self { descr, shape, .. } = self;
        if *descr != T::DESCR {
            return Err(format!(
                "the elements are of type '{descr}', and the program takes {} ('{}'); save `array.astype('{}')`",
                T::NAME,
                T::DESCR,
                T::DESCR
            ));
        }
        if *shape != S::DIMS {
            return Err(format!(
                "the array has the shape {shape:?}, and the program takes {:?}; save another array, or reshape it",
                S::DIMS
            ));
        }
        if self.fortran_order && shape.len() > 1 {
            return Err("the array is stored column after column; save `np.ascontiguousarray(array)`".to_owned());
        }
        Ok(())
    }
}
