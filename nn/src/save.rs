//! Models in files: [`Save`], and what is stored beside one, [`Extras`].
//!
//! A file is in the format [safetensors](https://huggingface.co/docs/safetensors): the length of a header in eight bytes, the
//! header in JSON, then the numbers, little-endian. Any reader of the format shows what is in it.
//!
//! | part | contents |
//! |---|---|
//! | arrays | one for each parameter, named as [`ParameterPath`](crate::model::ParameterPath) displays it (`hidden1.weight`), `F32` or `F64`, in the order of declaration, without gaps |
//! | `format` | `katachi`. The weight of a dense layer is `[inputs, outputs]`, as in Keras; `PyTorch` keeps the transpose |
//! | `katachi.format` | the version of this table: `1` |
//! | `katachi.version` | the version of this crate that wrote it |
//! | `katachi.model` | the name of the struct |
//! | `katachi.declaration` | its layers and arrays, a line each |
//! | `katachi.fingerprint` | FNV-1a, 64 bits, of that text, in 16 hexadecimal digits |
//!
//! The last five are in the header's `__metadata__`. The parameters begin at a multiple of 64 bytes from the start of the
//! file, so that a file in memory is the model: [`Save::view`].
//!
//! The declaration is what [`Save::load`] compares, so it refuses a model with another activation, rate or penalty as well as
//! one of other shapes; [`Save::load_weights`] compares names and shapes only.

use std::path::Path;

use katachi_core::element::Element;

use crate::error::Error;
use crate::model::Model;

mod arrays;
mod declaration;
mod extras;
mod header;
mod replace;
pub(crate) mod safetensors;

pub use extras::Extras;

pub(crate) use arrays::{Compared, check_model, model_arrays, read_model};
pub(crate) use declaration::{check_format, metadata};
pub(crate) use replace::{check_folder, replace};

use safetensors::{Safetensors, bytes_of};

/// What errors call a file that is given as its bytes.
pub(crate) const BYTES: &str = "these bytes";

/// Models to and from files. Every [`Model`] has these methods.
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp { hidden1: Dense(4 => 8, relu), logits: Dense(8 => 3) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let path = folder.path().join("mlp.safetensors");
/// let mlp = Mlp::init(22);
/// mlp.save(&path)?; // "mlp.safetensors"
/// let same = Mlp::load(&path)?;
/// assert_eq!(same.as_slice(), mlp.as_slice());
/// # Ok(())
/// # }
/// ```
///
/// A model is read to the last bit. Where a file does not fit, the error says what differs, and nothing is changed. In a
/// hostile file, no size that it declares is believed.
///
/// `Mlp::load` of a model by its name alone is that of `f32`; of `f64` it is `Mlp::<f64>::load`.
pub trait Save: Model {
    /// Writes the model to a file.
    ///
    /// A file that is there already is replaced as a whole or not at all: the new one is written beside it, brought to the
    /// disk, and given its name at the end. So neither a full disk nor a loss of power leaves half a model.
    fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.save_with(path, &Extras::new())
    }

    /// Writes the model to a file, and beside it what it takes to use the model: see [`Extras`].
    fn save_with(&self, path: impl AsRef<Path>, extras: &Extras) -> Result<(), Error> {
        let metadata = [metadata::<Self>(), extras.metadata()].concat();
        let arrays = [extras.stored(), model_arrays(self)].concat();
        replace(path.as_ref(), |file| safetensors::write(file, &metadata, &arrays, extras.len()))
    }

    /// The bytes of the file that [`save_with`](Self::save_with) writes.
    fn save_bytes(&self, extras: &Extras) -> Result<Vec<u8>, Error> {
        let metadata = [metadata::<Self>(), extras.metadata()].concat();
        let arrays = [extras.stored(), model_arrays(self)].concat();
        let mut bytes = Vec::new();
        let written = safetensors::write(&mut bytes, &metadata, &arrays, extras.len());
        written.map_err(|source| Error::Write { path: BYTES.into(), source })?;
        Ok(bytes)
    }

    /// The model of a file.
    ///
    /// An error if there is no such file, or if it holds another model: one of another name, with other layers, or of other
    /// numbers than this one's `f32` or `f64`.
    fn load(path: impl AsRef<Path>) -> Result<Box<Self>, Error> {
        let (place, bytes) = read_file(path.as_ref())?;
        load::<Self>(&place, &bytes, Compared::Declaration { cast: false })
    }

    /// The same from the bytes of such a file.
    ///
    /// ```
    /// # use katachi::{prelude::*, save::Extras};
    /// # model! {
    /// #     struct Mlp { hidden1: Dense(4 => 8, relu), logits: Dense(8 => 3) }
    /// # }
    /// model! {
    ///     struct Other { hidden1: Dense(4 => 8, tanh), logits: Dense(8 => 3) }
    /// }
    ///
    /// let bytes = Mlp::init(22).save_bytes(&Extras::new())?;
    /// assert!(Mlp::load_bytes(&bytes).is_ok());
    /// assert_eq!(
    ///     Other::load_bytes(&bytes).err().unwrap().to_string(),
    ///     "these bytes: they hold the model `Mlp`, and this is `Other`; \
    ///      load it as `Mlp`, or, if only the name differs, with `load_weights`",
    /// );
    /// # Ok::<(), Error>(())
    /// ```
    fn load_bytes(bytes: &[u8]) -> Result<Box<Self>, Error> {
        load::<Self>(BYTES, bytes, Compared::Declaration { cast: false })
    }

    /// The model of a file whose numbers may be `f32` or `f64`, rounded to the nearest where this model's are less precise.
    fn load_cast(path: impl AsRef<Path>) -> Result<Box<Self>, Error> {
        let (place, bytes) = read_file(path.as_ref())?;
        load::<Self>(&place, &bytes, Compared::Declaration { cast: true })
    }

    /// Replaces the parameters by those of a file, if its arrays have their names and shapes; the model may have another
    /// name, and its layers other activations, rates and penalties.
    ///
    /// An error, before anything is changed, if an array is missing, of another shape or of other numbers, or if there is
    /// one more. For the files of other libraries there is [`Import`](crate::Import).
    fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        let (place, bytes) = read_file(path.as_ref())?;
        let file = Safetensors::parse(&place, &bytes)?;
        read_model(&place, &file, Compared::Arrays, self)
    }

    /// The bytes of a file, used where they lie: nothing is copied.
    ///
    /// For a file that is mapped into memory, or that stands in the program: see [`include_model!`](crate::include_model!).
    /// An error where [`load_bytes`](Self::load_bytes) has one, if the bytes begin at an address that is no multiple of 8,
    /// or on a big-endian machine.
    fn view(bytes: &[u8]) -> Result<&Self, Error> {
        let file = Safetensors::parse(BYTES, bytes)?;
        let arrays = check_model::<Self>(BYTES, &file, Compared::Declaration { cast: false })?;
        let start = arrays.first().map_or(0, |array| array.start);
        let is_one_slice = arrays
            .iter()
            .try_fold(start, |end, array| (array.start == end).then_some(end + array.bytes.len()))
            .is_some_and(|end| end - start == Self::LEN * size_of::<Self::Element>());
        if cfg!(target_endian = "big") || !is_one_slice {
            let problem = "the numbers do not lie in them as in this machine's memory";
            return Err(Error::data(BYTES, problem, "copy them with `load_bytes`"));
        }
        let values = &file.data[start..][..Self::LEN * size_of::<Self::Element>()];
        bytemuck::try_cast_slice(values).ok().and_then(Self::from_slice).ok_or_else(|| {
            let problem = format!("they begin at the address {:p}, where no {} can lie", bytes, Self::Element::NAME);
            Error::data(BYTES, problem, "embed them with `include_model!`, map a file, or copy them with `load_bytes`")
        })
    }
}

impl<M: Model> Save for M {}

/// The bytes of a file, as `include_bytes!` gives them, at an address that is a multiple of 64: so [`Save::view`] can use
/// them where they lie.
///
/// ```text
/// static WEIGHTS: &[u8] = katachi::include_model!("mlp.safetensors");
/// let mlp: &Mlp = Mlp::view(WEIGHTS)?;
/// ```
#[macro_export]
macro_rules! include_model {
    ($path:expr) => {{
        #[repr(C, align(64))]
        struct Aligned<B: ?::core::marker::Sized>(B);
        static ALIGNED: &Aligned<[u8]> = &Aligned(*::core::include_bytes!($path));
        &ALIGNED.0
    }};
}

fn load<M: Model>(place: &str, bytes: &[u8], compared: Compared) -> Result<Box<M>, Error> {
    let file = Safetensors::parse(place, bytes)?;
    check_model::<M>(place, &file, compared)?;
    let mut model = M::zeros();
    read_model(place, &file, compared, &mut *model)?;
    Ok(model)
}

/// What errors call the file, and its bytes.
pub(crate) fn read_file(path: &Path) -> Result<(String, Vec<u8>), Error> {
    let place = path.display().to_string();
    if path.is_dir() {
        return Err(Error::data(place, "this is a folder", "pass the path of a file in it"));
    }
    match std::fs::read(path) {
        Ok(bytes) => Ok((place, bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Error::data(place, "there is no such file", "check the path"))
        }
        Err(source) => Err(Error::Read { path: path.into(), source }),
    }
}

/// Copies stored numbers of the same type, to the last bit.
pub(crate) fn copy_bits<T: Element>(stored: &[u8], values: &mut [T]) {
    let bytes = bytes_of(values);
    bytes.copy_from_slice(stored);
    if cfg!(target_endian = "big") {
        bytes.chunks_exact_mut(size_of::<T>()).for_each(<[u8]>::reverse);
    }
}
