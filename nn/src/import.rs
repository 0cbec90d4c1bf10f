//! Weights from other libraries: [`Import`].
//!
//! | library | saved there by | read here by |
//! |---|---|---|
//! | `PyTorch` | `safetensors.torch.save_file(model.state_dict(), path)` | [`Import::from_safetensors`] |
//! | Keras | `model.save_weights("mlp.weights.h5")` | `Import::from_h5`, with the feature `hdf5` |
//! | Keras, `NumPy` | `np.savez(path, *model.get_weights())`, or arrays by name | `Import::from_npz`, with the feature `npy` |
//! | JAX, Flax | `safetensors.numpy.save_file(arrays, path)` | [`Import::from_safetensors`] with [`Layout::InputsFirst`] |
//!
//! Here, as in Keras, the weight of a dense layer is `[inputs, outputs]`. `PyTorch` keeps it as `[outputs, inputs]`, so it is
//! transposed, and the report says so.

use std::path::Path;

use katachi_core::element::Element;

use crate::error::Error;
use crate::model::Model;
use crate::save::{BYTES, read_file};

mod arrays;
#[cfg(feature = "hdf5")]
mod h5;
mod matching;
#[cfg(feature = "npy")]
mod npz;
mod report;
mod safetensors;

pub use report::{ImportReport, ImportedArray};

use arrays::{Ours, Source, Theirs};

/// How a file keeps the weights of dense layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `[inputs, outputs]`: Keras, JAX, and this crate.
    InputsFirst,
    /// `[outputs, inputs]`: `PyTorch`. They are transposed.
    OutputsFirst,
}

/// A file of weights that another library wrote, on its way into a model.
///
/// Which array goes where is found in three ways, the first that applies: by [`map`](Self::map); by the names of layer and
/// parameter, where Keras' `kernel` and `embeddings` are `weight`; by shapes. Where several layers have the same shapes they
/// go by the numbers in their names (`dense`, `dense_1`; `net.0`, `net.2`), and where the names have none, it is an error.
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp { hidden1: Dense(2 => 3, relu), logits: Dense(3 => 1) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// # let header = r#"{"fc1.bias":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"fc1.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[12,36]},"fc2.bias":{"dtype":"F32","shape":[1],"data_offsets":[36,40]},"fc2.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[40,52]}}"#;
/// # let mut file = (header.len() as u64).to_le_bytes().to_vec();
/// # file.extend(header.bytes());
/// # file.extend((0..13_u8).flat_map(|value| f32::from(value).to_le_bytes()));
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let path = folder.path().join("torch.safetensors");
/// # std::fs::write(&path, file).expect("a file");
/// let mut mlp = Mlp::init(22);
/// let report = Import::from_safetensors(&path)? // "torch.safetensors"
///     .map("fc1", "hidden1")
///     .map("fc2", "logits")
///     .into(&mut mlp)?;
/// assert_eq!(
///     report.to_string(),
///     "\
/// file        shape   model           shape
/// fc1.weight  [3, 2]  hidden1.weight  [2, 3]  by map, transposed
/// fc1.bias    [3]     hidden1.bias    [3]     by map
/// fc2.weight  [1, 3]  logits.weight   [3, 1]  by map, transposed
/// fc2.bias    [1]     logits.bias     [1]     by map",
/// );
/// # assert_eq!(mlp.hidden1.weight.as_slice(), [3.0, 5.0, 7.0, 4.0, 6.0, 8.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Import {
    place: String,
    source: Source,
    theirs: Vec<Theirs>,
    layout: Layout,
    maps: Vec<(String, String)>,
    transposed: Vec<(String, bool)>,
    is_partial: bool,
}

impl Import {
    fn new(place: String, source: Source, theirs: Vec<Theirs>, layout: Layout) -> Self {
        Self { place, source, theirs, layout, maps: Vec::new(), transposed: Vec::new(), is_partial: false }
    }

    /// A safetensors file. One that says of itself that it comes from another library than `PyTorch` is taken as
    /// [`Layout::InputsFirst`], every other as [`Layout::OutputsFirst`].
    pub fn from_safetensors(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (place, bytes) = read_file(path.as_ref())?;
        safetensors::read(place, bytes)
    }

    /// The same from the bytes of such a file.
    pub fn from_safetensors_bytes(bytes: &[u8]) -> Result<Self, Error> {
        safetensors::read(BYTES.to_owned(), bytes.to_vec())
    }

    /// An `.npz` file of `NumPy`. Arrays without names, `arr_0`, `arr_1` and so on, go to the parameters in their order.
    #[cfg(feature = "npy")]
    pub fn from_npz(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (place, bytes) = read_file(path.as_ref())?;
        npz::read(place, &bytes)
    }

    /// The same from the bytes of such a file.
    #[cfg(feature = "npy")]
    pub fn from_npz_bytes(bytes: &[u8]) -> Result<Self, Error> {
        npz::read(BYTES.to_owned(), bytes)
    }

    /// A `.weights.h5` file of Keras 3. Its arrays go by the names of their layers; the optimizer's are left out.
    #[cfg(feature = "hdf5")]
    pub fn from_h5(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (place, bytes) = read_file(path.as_ref())?;
        h5::read(place, bytes)
    }

    /// The same from the bytes of such a file.
    #[cfg(feature = "hdf5")]
    pub fn from_h5_bytes(bytes: &[u8]) -> Result<Self, Error> {
        h5::read(BYTES.to_owned(), bytes.to_vec())
    }

    /// The arrays below `theirs` in the file are those below `ours` in the model. Both may be the name of a layer
    /// (`fc1`, `hidden1`), of a model in a model, or of one array (`fc1.weight`, `hidden1.weight`).
    pub fn map(mut self, theirs: &str, ours: &str) -> Self {
        self.maps.push((theirs.to_owned(), ours.to_owned()));
        self
    }

    /// How the file keeps the weights of dense layers, where that is not as the library of its kind does.
    pub fn layout(self, layout: Layout) -> Self {
        Self { layout, ..self }
    }

    /// Whether the array for this one of the model, `hidden1.weight`, is transposed, whatever the layout says.
    pub fn transposed(mut self, ours: &str, is_transposed: bool) -> Self {
        self.transposed.push((ours.to_owned(), is_transposed));
        self
    }

    /// Leaves the parameters for which the file has nothing as they are; unless said, that is an error.
    pub fn partial(self) -> Self {
        Self { is_partial: true, ..self }
    }

    /// Writes the arrays into the model, rounded to its type, and reports what went where.
    ///
    /// An error, before anything is changed, if a name of a map is none, if an array has another shape, if it is not
    /// certain which is meant, or if nothing in the file fits a parameter.
    pub fn into<M: Model>(self, model: &mut M) -> Result<ImportReport, Error> {
        let ours = Ours::all::<M>(self.layout, &self.transposed, &self.place)?;
        let pairs = matching::pairs::<M>(&self.place, &self.theirs, &ours, &self.maps)?;
        let report = ImportReport::new(&self.theirs, &ours, &pairs);
        if !self.is_partial
            && let Some(left) = report.unmatched_parameters().next()
        {
            let problem = format!("nothing in it is certain to be for `{left}` of `{}`", M::NAME);
            let help = "say with `map` what is, or leave it as it is with `partial`; what was found is\n";
            return Err(Error::data(&self.place, problem, format!("{help}{report}")));
        }
        let mut values = Vec::with_capacity(pairs.len());
        for pair in &pairs {
            let array = self.source.values(&self.place, &self.theirs[pair.theirs])?;
            values.push(if pair.is_transposed { transpose(&array, &self.theirs[pair.theirs].shape) } else { array });
        }
        for (pair, values) in pairs.iter().zip(values) {
            let place = &mut model.as_mut_slice()[ours[pair.ours].range.clone()];
            for (parameter, value) in place.iter_mut().zip(values) {
                *parameter = M::Element::from_f64(value);
            }
        }
        Ok(report)
    }
}

/// The transpose of a matrix.
fn transpose(values: &[f64], shape: &[usize]) -> Vec<f64> {
    let (rows, columns) = (shape[0], shape[1]);
    (0..columns).flat_map(|column| (0..rows).map(move |row| values[row * columns + column])).collect()
}
