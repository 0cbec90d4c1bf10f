//! The arrays of both sides: of the file, and of the model.

use std::fmt;
use std::ops::Range;

use super::Layout;
use crate::error::Error;
use crate::model::{Model, ParameterInfo};
use crate::names::nearest;

/// An array of a file.
#[derive(Clone, Debug)]
pub struct Theirs {
    /// As the file names it.
    pub name: String,
    /// The name of its layer, through those that it lies in, with dots between.
    pub layer: String,
    /// What the layer is called in the file, where `layer` is the name that its user gave it: `layers/dense_1`.
    pub group: String,
    pub part: Part,
    pub shape: Vec<usize>,
}

/// Which parameter of its layer an array is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Named(String),
    /// The n-th of its layer.
    #[cfg_attr(not(feature = "hdf5"), allow(dead_code, reason = "only the files of Keras have them"))]
    Numbered(usize),
}

impl Theirs {
    /// An array whose name ends in that of a parameter, after a dot or a slash: `fc1.weight`, `dense/kernel`.
    pub fn named(name: &str, shape: Vec<usize>) -> Self {
        let (group, part) = name.rsplit_once(['.', '/']).unwrap_or(("", name));
        let part = match part {
            "kernel" | "embeddings" => "weight",
            other => other,
        };
        let (layer, part) = (group.replace('/', "."), Part::Named(part.to_owned()));
        Self { name: name.to_owned(), layer, group: group.to_owned(), part, shape }
    }

    /// Its path in the notation of this crate.
    pub fn path(&self) -> String {
        match &self.part {
            Part::Named(part) if self.layer.is_empty() => part.clone(),
            Part::Named(part) => format!("{}.{part}", self.layer),
            Part::Numbered(number) => format!("{}.{number}", self.layer),
        }
    }
}

/// An array of the model.
#[derive(Clone, Debug)]
pub struct Ours {
    pub name: String,
    pub layer: String,
    pub part: String,
    /// Which parameter of its layer it is.
    pub number: usize,
    pub shape: &'static [usize],
    /// Where it stands in `as_slice`.
    pub range: Range<usize>,
    orientation: Orientation,
}

/// How an array of the file must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Orientation {
    AsItIs,
    Transposed,
    /// As its shape says.
    Either,
}

impl Ours {
    /// The arrays of a model in the order of declaration; an error if one that is said to be transposed is none of them.
    pub fn all<M: Model>(layout: Layout, said: &[(String, bool)], place: &str) -> Result<Vec<Self>, Error> {
        let mut all: Vec<Self> = Vec::new();
        ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
            let name = path.to_string();
            let (layer, part) = name.rsplit_once('.').unwrap_or(("", &name));
            let number = all.iter().filter(|array| array.layer == layer).count();
            let (layer, part, shape) = (layer.to_owned(), part.to_owned(), parameter.shape);
            let range = offset..offset + parameter.len();
            all.push(Self { name, layer, part, number, shape, range, orientation: Orientation::AsItIs });
        });
        if layout == Layout::OutputsFirst {
            for index in 0..all.len() {
                all[index].orientation = all[index].of_pytorch::<M>(&all);
            }
        }
        for (name, is_transposed) in said {
            let known: Vec<&str> = all.iter().map(|array| array.name.as_str()).collect();
            let Some(index) = known.iter().position(|known| known == name) else {
                let problem = format!("`transposed(\"{name}\", {is_transposed})`: `{}` has no such array", M::NAME);
                let help = match nearest(name, &known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write the name of one, such as `hidden.weight`".to_owned(),
                };
                return Err(Error::data(place, problem, help));
            };
            if *is_transposed && all[index].shape.len() != 2 {
                let problem = format!("`transposed(\"{name}\", true)`: its shape is {:?}", all[index].shape);
                return Err(Error::data(place, problem, "only arrays of two dimensions are transposed"));
            }
            all[index].orientation = if *is_transposed { Orientation::Transposed } else { Orientation::AsItIs };
        }
        Ok(all)
    }

    /// How `PyTorch` keeps it: the weight of a dense layer is transposed, that of an embedding is not.
    fn of_pytorch<M: Model>(&self, all: &[Self]) -> Orientation {
        if self.shape.len() != 2 || self.part != "weight" {
            return Orientation::AsItIs;
        }
        let has_bias = all.iter().any(|other| other.layer == self.layer && other.part == "bias");
        match M::LAYERS.iter().find(|layer| layer.name == self.layer) {
            Some(layer) if layer.kind == "Dense" => Orientation::Transposed,
            Some(_) => Orientation::AsItIs,
            // The kind of a layer of a model within a model is not known here, but only dense ones have a bias.
            None if has_bias => Orientation::Transposed,
            None => Orientation::Either,
        }
    }

    /// Whether an array of this shape fits, and whether it is then transposed.
    pub fn fits(&self, shape: &[usize]) -> Option<bool> {
        let is_same = shape == self.shape;
        let is_reverse = shape.len() == 2 && shape.iter().rev().eq(self.shape);
        match self.orientation {
            Orientation::AsItIs => is_same.then_some(false),
            Orientation::Transposed => is_reverse.then_some(true),
            Orientation::Either => (is_same || is_reverse).then_some(!is_same),
        }
    }

    /// The shape that fits, for a message.
    pub fn wanted(&self) -> String {
        if self.orientation == Orientation::Transposed {
            let reverse: Vec<usize> = self.shape.iter().rev().copied().collect();
            return format!("{reverse:?}, outputs first");
        }
        format!("{:?}", self.shape)
    }

    /// Whether its shape does not tell how it lies.
    pub fn is_uncertain(&self) -> bool {
        self.orientation == Orientation::Either && self.shape.iter().rev().eq(self.shape)
    }

    pub fn is_part(&self, part: &Part) -> bool {
        match part {
            Part::Named(name) => *name == self.part,
            Part::Numbered(number) => *number == self.number,
        }
    }
}

/// The file itself, from which values are read when it is known that they fit.
pub enum Source {
    Safetensors(Vec<u8>),
    #[cfg(feature = "npy")]
    Npz(katachi_core::tensor::npy::Npz),
    #[cfg(feature = "hdf5")]
    H5(hdf5_pure::File),
}

impl Source {
    /// The values of an array, as many as its shape says.
    pub fn values(&self, place: &str, array: &Theirs) -> Result<Vec<f64>, Error> {
        let values = match self {
            Self::Safetensors(bytes) => super::safetensors::values(place, bytes, &array.name)?,
            #[cfg(feature = "npy")]
            Self::Npz(archive) => super::npz::values(place, archive, array)?,
            #[cfg(feature = "hdf5")]
            Self::H5(file) => super::h5::values(place, file, array)?,
        };
        if values.len() == array.shape.iter().product::<usize>() {
            return Ok(values);
        }
        let problem = format!("`{}` has {} values, and the shape {:?}", array.name, values.len(), array.shape);
        Err(Error::data(place, problem, "the file is damaged: copy or save it again"))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safetensors(_) => "Safetensors",
            #[cfg(feature = "npy")]
            Self::Npz(_) => "Npz",
            #[cfg(feature = "hdf5")]
            Self::H5(_) => "H5",
        })
    }
}
