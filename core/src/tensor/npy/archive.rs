//! `.npz` files: ZIP archives of `.npy` files, as `np.savez` and `np.savez_compressed` write them.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::io::Read;
use std::path::Path;

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::error::in_place;
use super::header::{Header, LONGEST};
use super::{NpyElement, NpyError};
use crate::shape::Shape;
use crate::tensor::Tensor;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;

/// Tensors under names, in one `.npz` file.
///
/// ```
/// use katachi_core::{shape, tensor, tensor::npy::Npz};
///
/// let mut archive = Npz::new();
/// archive.insert("x", &tensor![1.0, 2.0]);
/// archive.insert("y", &tensor![[true], [false]]);
///
/// let archive = Npz::from_bytes(&archive.to_bytes().unwrap()).unwrap();
/// assert_eq!(archive.names().collect::<Vec<_>>(), ["x", "y"]);
/// assert_eq!(*archive.get::<shape!(2), f64>("x").unwrap(), tensor![1.0, 2.0]);
/// assert_eq!(
///     archive.get::<shape!(2), f64>("z").unwrap_err().to_string(),
///     "these bytes: there is no array `z`; the names are x, y",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Npz {
    place: String,
    pub(super) entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    name: String,
    pub(super) method: u16,
    crc: u32,
    size: usize,
    pub(super) data: Vec<u8>,
}

impl Npz {
    /// An archive without arrays.
    pub fn new() -> Self {
        Self { place: "this archive".to_owned(), entries: Vec::new() }
    }

    /// Adds a tensor; one of the same name is replaced.
    pub fn insert<S: Shape, T: NpyElement>(&mut self, name: &str, tensor: &Tensor<S, T>) {
        let data = tensor.to_npy();
        let mut crc = Crc::new();
        crc.update(&data);
        self.entries.retain(|entry| entry.name != name);
        let (crc, size) = (crc.sum(), data.len());
        self.entries.push(Entry { name: name.to_owned(), method: STORED, crc, size, data });
    }

    /// The names of the arrays.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The tensor of a name; an error if there is none, or if it has another shape or type.
    pub fn get<S: Shape, T: NpyElement>(&self, name: &str) -> Result<Box<Tensor<S, T>>, NpyError> {
        let tensor = self.entry(name)?.unpack(S::SIZE * T::BYTES).and_then(|bytes| Tensor::parse(&bytes));
        in_place(&format!("{}, array `{name}`", self.place), tensor)
    }

    /// The `.npy` file of the array of a name, of whatever shape: no more memory than the archive says, and than comes.
    pub(super) fn file(&self, name: &str) -> Result<Vec<u8>, NpyError> {
        let entry = self.entry(name)?;
        in_place(&format!("{}, array `{name}`", self.place), entry.unpack(entry.size))
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The shape of the array of a name, for a program that does not know it; an error if there is none.
    pub fn shape(&self, name: &str) -> Result<Vec<usize>, NpyError> {
        self.shape_of(self.entry(name)?)
    }

    /// The names of the arrays with their shapes; an error if one is none.
    ///
    /// ```
    /// use katachi_core::{tensor, tensor::npy::Npz};
    ///
    /// let mut archive = Npz::new();
    /// archive.insert("x", &tensor![[1.0, 2.0]]);
    /// archive.insert("y", &tensor![3]);
    /// assert_eq!(archive.shapes().unwrap(), [("x", vec![1, 2]), ("y", vec![1])]);
    /// ```
    pub fn shapes(&self) -> Result<Vec<(&str, Vec<usize>)>, NpyError> {
        self.entries.iter().map(|entry| Ok((entry.name.as_str(), self.shape_of(entry)?))).collect()
    }

    fn shape_of(&self, entry: &Entry) -> Result<Vec<usize>, NpyError> {
        let bytes = entry.unpack(0);
        let shape = bytes.and_then(|bytes| Ok(Header::parse(&bytes)?.0.into_shape()));
        in_place(&format!("{}, array `{}`", self.place, entry.name), shape)
    }

    /// The values of an array of this shape, row-major, of either type of floats; an error if it has another shape or type.
    ///
    /// ```
    /// use katachi_core::{tensor, tensor::npy::Npz};
    ///
    /// let mut archive = Npz::new();
    /// archive.insert("x", &tensor![[1.0_f32, 2.0]]);
    /// assert_eq!(archive.shape("x").unwrap(), [1, 2]);
    /// assert_eq!(archive.floats("x", &[1, 2]).unwrap(), [1.0, 2.0]);
    /// ```
    pub fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f64>, NpyError> {
        let entry = self.entry(name)?;
        let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size)).unwrap_or(usize::MAX);
        let values = entry.unpack(count.saturating_mul(size_of::<f64>())).and_then(|bytes| floats(&bytes, shape));
        in_place(&format!("{}, array `{name}`", self.place), values)
    }

    fn entry(&self, name: &str) -> Result<&Entry, NpyError> {
        let entry = self.entries.iter().find(|entry| entry.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.names().collect();
            format!("there is no array `{name}`; the names are {}", names.join(", "))
        });
        in_place(&self.place, entry)
    }

    /// Reads the bytes of an `.npz` file. The arrays themselves are looked at by [`Npz::get`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NpyError> {
        Self::read("these bytes", bytes)
    }

    /// Reads an `.npz` file.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, NpyError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| NpyError::io(path, &error))?;
        Self::read(&format!("`{}`", path.display()), &bytes)
    }

    fn read(place: &str, bytes: &[u8]) -> Result<Self, NpyError> {
        let entries =
            entries(bytes).ok_or_else(|| "this is no whole .npz file; write it again with `np.savez`".to_owned());
        Ok(Self { place: place.to_owned(), entries: in_place(place, entries)? })
    }

    /// Writes an `.npz` file; an existing one is replaced.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), NpyError> {
        let path = path.as_ref();
        std::fs::write(path, self.to_bytes()?).map_err(|error| NpyError::io(path, &error))
    }

    /// The bytes of an `.npz` file; an error beyond 65 535 arrays or 4 GiB, the limits of this form of archive.
    pub fn to_bytes(&self) -> Result<Vec<u8>, NpyError> {
        let problem = || "this is too much for one .npz file; write several, or .npy files".to_owned();
        in_place(&self.place, self.pack().ok_or_else(problem))
    }

    /// The archive, if its sizes fit into their fields.
    fn pack(&self) -> Option<Vec<u8>> {
        let (mut bytes, mut central) = (Vec::new(), Vec::new());
        for entry in &self.entries {
            let name = format!("{}.npy", entry.name);
            // Version 2.0, no flags, the method, midnight of 1 January 1980, sum, sizes, length of the name, no extras.
            let mut common = Vec::new();
            common.extend([20, 0, 0, 0]);
            common.extend(entry.method.to_le_bytes());
            common.extend([0, 0, 0x21, 0]);
            common.extend(entry.crc.to_le_bytes());
            common.extend(four(entry.data.len())?);
            common.extend(four(entry.size)?);
            common.extend(two(name.len())?);
            common.extend([0, 0]);
            central.extend(CENTRAL);
            central.extend([20, 0]);
            central.extend(&common);
            central.extend([0; 10]);
            central.extend(four(bytes.len())?);
            central.extend(name.bytes());
            bytes.extend(LOCAL);
            bytes.extend(&common);
            bytes.extend(name.bytes());
            bytes.extend(&entry.data);
        }
        let (start, count) = (four(bytes.len())?, two(self.entries.len())?);
        let length = four(central.len())?;
        bytes.extend(central);
        bytes.extend(END);
        bytes.extend([0; 4]);
        bytes.extend(count);
        bytes.extend(count);
        bytes.extend(length);
        bytes.extend(start);
        bytes.extend([0, 0]);
        Some(bytes)
    }
}

impl Default for Npz {
    fn default() -> Self {
        Self::new()
    }
}

impl Entry {
    /// Another file in the place of this one.
    #[cfg(test)]
    pub(super) fn replace(&mut self, crc: u32, data: Vec<u8>) {
        (self.crc, self.size, self.data) = (crc, data.len(), data);
    }

    /// The `.npy` file of an array of so many bytes; never more memory than that and a header.
    fn unpack(&self, expected: usize) -> Result<Vec<u8>, String> {
        let most = expected.saturating_add(LONGEST + 16);
        let damaged = || "the archive is damaged; write it again with `np.savez`".to_owned();
        let mut bytes = Vec::new();
        match self.method {
            STORED => bytes.extend(&self.data[..self.data.len().min(most)]),
            DEFLATED => {
                let limit = u64::try_from(most).unwrap_or(u64::MAX);
                let read = DeflateDecoder::new(self.data.as_slice()).take(limit).read_to_end(&mut bytes);
                read.map_err(|_| damaged())?;
            }
            other => return Err(format!("compression {other} is unknown; write it with `np.savez_compressed`")),
        }
        let mut crc = Crc::new();
        crc.update(&bytes);
        // An array that is larger than expected is cut, and refused for its shape.
        if bytes.len() < most && (bytes.len() != self.size || crc.sum() != self.crc) {
            return Err(damaged());
        }
        Ok(bytes)
    }
}

/// The values of an `.npy` file of this shape.
fn floats(bytes: &[u8], shape: &[usize]) -> Result<Vec<f64>, String> {
    let (header, values) = Header::parse(bytes)?;
    let size = header.float_bytes()?;
    let found = header.into_shape();
    if found != shape {
        return Err(format!("the array has the shape {found:?}, and the program takes {shape:?}; save another array"));
    }
    let announced = shape.iter().try_fold(size, |product, size| product.checked_mul(*size));
    let found = values.len();
    if announced != Some(found) {
        return Err(format!("{found} bytes of values follow, which are not those of {shape:?}; save the array again"));
    }
    let value = |bytes: &[u8]| if size == 4 { f32::from_bytes(bytes).into() } else { f64::from_bytes(bytes) };
    Ok(values.chunks_exact(size).map(value).collect())
}

/// The files of a ZIP archive, as its central directory lists them.
fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let end = bytes.windows(END.len()).rposition(|window| window == END)?;
    let record = bytes.get(end..)?;
    let comment = usize::from(u16_at(record, 20)?);
    if record.len() != 22 + comment {
        return None;
    }
    let mut at = u32_at(record, 16)?;
    let (mut entries, mut total) = (Vec::new(), 0);
    for _ in 0..u16_at(record, 10)? {
        let header = bytes.get(at..).filter(|header| header.starts_with(CENTRAL))?;
        let lengths = [u16_at(header, 28)?, u16_at(header, 30)?, u16_at(header, 32)?].map(usize::from);
        let name = core::str::from_utf8(header.get(46..46 + lengths[0])?).ok()?;
        let local = bytes.get(u32_at(header, 42)?..).filter(|local| local.starts_with(LOCAL))?;
        let start = 30 + usize::from(u16_at(local, 26)?) + usize::from(u16_at(local, 28)?);
        let data = local.get(start..start.checked_add(u32_at(header, 20)?)?)?;
        // Files that overlap would make a small archive large in memory.
        total += data.len();
        if total > bytes.len() {
            return None;
        }
        entries.push(Entry {
            name: name.strip_suffix(".npy").unwrap_or(name).to_owned(),
            method: u16_at(header, 10)?,
            crc: u32::try_from(u32_at(header, 16)?).ok()?,
            size: u32_at(header, 24)?,
            data: data.to_vec(),
        });
        at += 46 + lengths.iter().sum::<usize>();
    }
    Some(entries)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let value = bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)?;
    usize::try_from(value).ok()
}

fn two(length: usize) -> Option<[u8; 2]> {
    u16::try_from(length).ok().map(u16::to_le_bytes)
}

fn four(length: usize) -> Option<[u8; 4]> {
    u32::try_from(length).ok().map(u32::to_le_bytes)
}
