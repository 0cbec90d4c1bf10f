//! The format safetensors: what a file holds, and how one is written.

use std::io::{self, Write};

use katachi_core::element::Element;

use super::header;
use crate::error::Error;

/// Where the parameters begin, as a multiple from the start of the file: a line of the processor's cache.
pub const ALIGNMENT: usize = 64;

/// The length of the header stands in so many bytes.
pub const LENGTH: usize = 8;

/// A file, looked at but not copied.
pub struct Safetensors<'a> {
    /// The texts under `__metadata__`.
    pub metadata: Vec<(String, String)>,
    /// The arrays in the order of the header.
    pub arrays: Vec<Stored<'a>>,
    /// All bytes behind the header.
    pub data: &'a [u8],
}

/// An array in a file. Its bytes are as many as its shape and type say.
#[derive(Clone, Debug)]
pub struct Stored<'a> {
    pub name: String,
    /// As the format names it: `F32`.
    pub dtype: String,
    pub shape: Vec<usize>,
    pub bytes: &'a [u8],
    /// Where the bytes begin in the data.
    pub start: usize,
}

impl<'a> Safetensors<'a> {
    /// Reads the header, and checks that the arrays fill the data without a gap. Errors call the file `place`.
    ///
    /// Takes memory for the header that is there, and for nothing that it declares.
    pub fn parse(place: &str, bytes: &'a [u8]) -> Result<Self, Error> {
        header::parse(bytes).map_err(|(problem, help)| Error::data(place, problem, help))
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|(known, _)| known == key).map(|(_, text)| text.as_str())
    }

    pub fn array(&self, name: &str) -> Option<&Stored<'a>> {
        self.arrays.iter().find(|array| array.name == name)
    }
}

impl Stored<'_> {
    /// The value at an index, if the type is one of floating-point numbers.
    pub fn floats(&self) -> Option<Vec<f64>> {
        let floats = |size: usize, read: fn(&[u8]) -> f64| self.bytes.chunks_exact(size).map(read).collect();
        match self.dtype.as_str() {
            "F64" => Some(floats(8, |bytes| bytes.try_into().map_or(f64::NAN, f64::from_le_bytes))),
            "F32" => Some(floats(4, |bytes| bytes.try_into().map_or(f64::NAN, |four| f32::from_le_bytes(four).into()))),
            "F16" => Some(floats(2, |bytes| half(u16::from_le_bytes([bytes[0], bytes[1]])))),
            // The upper half of an f32.
            "BF16" => Some(floats(2, |bytes| f32::from_le_bytes([0, 0, bytes[0], bytes[1]]).into())),
            _ => None,
        }
    }
}

/// The value of a 16-bit number of IEEE 754: a sign, 5 bits of exponent with a bias of 15, 10 bits of fraction.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match (bits >> 10) & 0x1f {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1024.0 + fraction) * 2_f64.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}

/// An array that is to be written.
#[derive(Clone, Debug)]
pub struct Array<'a> {
    pub name: String,
    shape: Vec<usize>,
    dtype: &'static str,
    element: usize,
    bytes: &'a [u8],
}

impl<'a> Array<'a> {
    pub fn new<T: Element>(name: impl Into<String>, shape: &[usize], values: &'a [T]) -> Self {
        Self {
            name: name.into(),
            shape: shape.to_vec(),
            dtype: dtype::<T>(),
            element: size_of::<T>(),
            bytes: bytemuck::cast_slice(values),
        }
    }

    /// As an array of one dimension.
    pub fn flat<T: Element>(name: impl Into<String>, values: &'a [T]) -> Self {
        Self::new(name, &[values.len()], values)
    }
}

/// The name of an element type in the format.
pub fn dtype<T: Element>() -> &'static str {
    if size_of::<T>() == 4 { "F32" } else { "F64" }
}

/// The bytes of values, for writing.
pub fn bytes_of<T: Element>(values: &mut [T]) -> &mut [u8] {
    bytemuck::cast_slice_mut(values)
}

/// Writes a file in which array number `aligned` begins at a multiple of [`ALIGNMENT`] bytes.
///
/// An error of the kind `InvalidInput` if two arrays or two texts have the same name.
pub fn write(
    out: &mut dyn Write,
    metadata: &[(String, String)],
    arrays: &[Array<'_>],
    aligned: usize,
) -> io::Result<()> {
    let names = metadata.iter().map(|(key, _)| key).chain(arrays.iter().map(|array| &array.name));
    let mut sorted: Vec<&str> = names.map(String::as_str).collect();
    sorted.sort_unstable();
    if let Some([name, _]) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        let text = format!("two of what it is to hold have the name `{name}`: give each its own");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }

    let header = header::text(
        metadata,
        arrays.iter().map(|array| (array.name.as_str(), array.dtype, &*array.shape, array.bytes.len())),
    )?;
    let before: usize = arrays[..aligned.min(arrays.len())].iter().map(|array| array.bytes.len()).sum();
    let spaces = (LENGTH + header.len() + before).next_multiple_of(ALIGNMENT) - (LENGTH + header.len() + before);
    out.write_all(&((header.len() + spaces) as u64).to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    out.write_all(&b" ".repeat(spaces))?;
    for array in arrays {
        if cfg!(target_endian = "little") {
            out.write_all(array.bytes)?;
        } else {
            for value in array.bytes.chunks_exact(array.element) {
                let reversed: Vec<u8> = value.iter().rev().copied().collect();
                out.write_all(&reversed)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of IEEE 754: the least and the greatest of each kind.
    #[test]
    fn halves_are_read() {
        for (bits, expected) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0400, 2_f64.powi(-14)),
            (0x0001, 2_f64.powi(-24)),
            (0x03ff, 1023.0 * 2_f64.powi(-24)),
            (0x3555, 0.333_251_953_125),
            (0x0000, 0.0),
            (0xfc00, f64::NEG_INFINITY),
        ] {
            assert_eq!(half(bits), expected, "{bits:04x}");
        }
        assert!(half(0x7e00).is_nan());
        assert!(half(0x8000).is_sign_negative());
    }
}
