//! IDX files, in which MNIST and its relatives come: [`read`].
//!
//! An IDX file is an array: two zero bytes, a byte for the type of the elements, a byte for the number of dimensions,
//! each size as four bytes (the greatest first), then the elements, row-major. Compression is told by the contents, not
//! by the name: gzip begins with the bytes 1f 8b.
//!
//! ```
//! use katachi::data::idx;
//!
//! // Type 8 (bytes), 2 dimensions: 2 × 3.
//! let file = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 20, 21, 22];
//! let array = idx::from_reader(&file[..], "example")?;
//! assert_eq!(array.dims(), [2, 3]);
//! assert_eq!(array.data(), [10, 11, 12, 20, 21, 22]);
//! # Ok::<(), katachi::error::Error>(())
//! ```

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::file::{DOWNLOAD_AGAIN, GZIP, broken, fill, open};
use crate::error::Error;

/// An array of bytes with its sizes.
#[derive(Clone, PartialEq, Eq)]
pub struct Idx {
    dims: Vec<usize>,
    data: Vec<u8>,
}

impl Idx {
    /// The sizes, outermost first: `[60000, 28, 28]` for the training images of MNIST.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The elements, row-major: as many as the product of the sizes.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The elements, taken out.
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }
}

impl fmt::Debug for Idx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Idx{:?}", self.dims)
    }
}

/// Reads an IDX file of bytes, plain or compressed with gzip.
///
/// An error if there is no such file, if it cannot be read, if it is no IDX file, if its elements are of another type
/// than bytes, or if there are fewer or more of them than its sizes say. No more memory is taken than the file has
/// data, whatever its sizes say.
pub fn read(path: impl AsRef<Path>) -> Result<Idx, Error> {
    let path = path.as_ref();
    from_reader(open(path)?, path)
}

/// Reads an array as [`read`] does, from any source of bytes. Errors call it `name`.
pub fn from_reader(mut source: impl Read, name: impl AsRef<Path>) -> Result<Idx, Error> {
    let name = name.as_ref();
    let mut magic = [0; 2];
    let found = fill(&mut source, &mut magic).map_err(|source| Error::Read { path: name.into(), source })?;
    let whole = magic[..found].chain(&mut source);
    if magic == GZIP {
        Input { source: MultiGzDecoder::new(whole), name, compressed: true }.array()
    } else {
        Input { source: whole, name, compressed: false }.array()
    }
}

/// The type of unsigned bytes, among those that the format knows.
const BYTES: u8 = 0x08;

/// At most so many bytes are counted after the end of the array.
const COUNTED: u64 = 1 << 16;

const NO_DATA_FILE: &str = "this is no real data file: look where it came from";

/// A source of unpacked bytes, and what is said of it in errors.
struct Input<'a, R> {
    source: R,
    name: &'a Path,
    compressed: bool,
}

impl<R: Read> Input<'_, R> {
    fn array(mut self) -> Result<Idx, Error> {
        let rank = self.magic()?;
        let dims = self.sizes(rank)?;
        // Without the zeros, so that the product of some of the sizes is in range too.
        let nonzero = dims.iter().filter(|&&size| size > 0);
        if nonzero.copied().try_fold(1, usize::checked_mul).is_none() {
            let problem = format!("the sizes {dims:?} are more than this machine can count");
            return Err(self.wrong(problem, NO_DATA_FILE));
        }
        let size = dims.iter().product();
        let data = self.elements(&dims, size)?;
        self.end(size)?;
        Ok(Idx { dims, data })
    }

    /// The first four bytes: the number of dimensions, where the elements are bytes.
    fn magic(&mut self) -> Result<usize, Error> {
        let mut magic = [0; 4];
        let found = fill(&mut self.source, &mut magic).map_err(|error| self.broken(error, 0))?;
        if found == 0 {
            return Err(self.wrong("the file is empty", "download or copy it again"));
        }
        let beginning = &magic[..found];
        if !beginning.starts_with(&[0, 0]) && beginning != [0] {
            let help = if beginning.starts_with(b"<") {
                "it looks like a web page in place of the data: look at it, and mend the address of the download"
            } else {
                "pass an IDX file, plain or compressed with gzip"
            };
            return Err(
                self.wrong(format!("it begins with the bytes {beginning:02x?}, not with 00 00 as IDX files do"), help)
            );
        }
        if found < 4 {
            return Err(self.wrong(format!("it ends after {found} bytes, inside its header"), DOWNLOAD_AGAIN));
        }
        let [.., element, rank] = magic;
        if element != BYTES {
            let problem = match element_name(element) {
                Some(name) => format!("its elements are {name} (type 0x{element:02x})"),
                None => format!("its elements are of type 0x{element:02x}, which the format does not know"),
            };
            return Err(self.wrong(problem, "pass a file of unsigned bytes (type 0x08)"));
        }
        if rank == 0 {
            return Err(self.wrong("it has no dimension", "pass an array of at least one dimension"));
        }
        Ok(rank.into())
    }

    fn sizes(&mut self, rank: usize) -> Result<Vec<usize>, Error> {
        let mut bytes = vec![0; 4 * rank]; // At most 255 sizes.
        let found = fill(&mut self.source, &mut bytes).map_err(|error| self.broken(error, 0))?;
        if found < bytes.len() {
            let (found, header) = (4 + found, 4 + bytes.len());
            let problem = format!("it ends after {found} bytes, but the header of {rank} dimensions has {header}");
            return Err(self.wrong(problem, DOWNLOAD_AGAIN));
        }
        bytes
            .chunks_exact(4)
            .map(|size| {
                let size = u32::from_be_bytes([size[0], size[1], size[2], size[3]]);
                usize::try_from(size).map_err(|_| {
                    self.wrong(format!("the size {size} is more than this machine can count"), NO_DATA_FILE)
                })
            })
            .collect()
    }

    fn elements(&mut self, dims: &[usize], size: usize) -> Result<Vec<u8>, Error> {
        // The vector grows with what really comes: sizes that lie cannot ask for memory.
        let mut data = Vec::new();
        let result = (&mut self.source).take(size as u64).read_to_end(&mut data);
        result.map_err(|error| self.broken(error, data.len()))?;
        if data.len() < size {
            let found = data.len();
            let problem = format!("the sizes {dims:?} need {size} bytes of data, but only {found} are there");
            return Err(self.wrong(problem, DOWNLOAD_AGAIN));
        }
        Ok(data)
    }

    /// Nothing may follow. For gzip this also reads the checksum at the end.
    fn end(&mut self, size: usize) -> Result<(), Error> {
        let more = io::copy(&mut (&mut self.source).take(COUNTED), &mut io::sink())
            .map_err(|error| self.broken(error, size))?;
        if more > 0 {
            let least = if more == COUNTED { "at least " } else { "" };
            let problem = format!("its sizes say {size} bytes of data, but {least}{more} more follow");
            return Err(self.wrong(problem, "this is no file as its makers published it: download it again"));
        }
        Ok(())
    }

    /// The error for an array that cannot be used.
    fn wrong(&self, problem: impl Into<String>, help: impl Into<String>) -> Error {
        Error::data(self.name.display().to_string(), problem, help)
    }

    /// The error for a source that failed after `bytes` bytes of data: a broken gzip stream, or the system's.
    fn broken(&self, error: io::Error, bytes: usize) -> Error {
        broken(self.name, self.compressed, error, &format!("{bytes} bytes of data unpacked"))
    }
}

fn element_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0x09 => "signed bytes",
        0x0b => "16-bit integers",
        0x0c => "32-bit integers",
        0x0d => "32-bit floats",
        0x0e => "64-bit floats",
        _ => return None,
    })
}
