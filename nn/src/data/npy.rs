//! Datasets from the files of `NumPy`.

use std::path::Path;

use katachi_core::element::Element;
use katachi_core::shape::Shape;
use katachi_core::tensor::npy::{NpyError, Npz, Rows};
use katachi_core::typenum::Unsigned;

use super::dataset::Dataset;
use crate::error::Error;
use crate::targets::{Labels, Values};

impl<X: Shape, Classes: Unsigned + 'static, T: Element> Dataset<X, Labels<Classes>, T> {
    /// A dataset from two `.npy` files: an array of inputs, whose first axis counts the samples, and one of labels, a whole
    /// number for each.
    ///
    /// Inputs of any type become `T`, each the nearest, and are not scaled: bytes of images are 0 to 255. `X` is any shape
    /// of as many values as a sample has.
    ///
    /// An error if a file cannot be read, is broken or holds something else, if a value is infinite or NaN, or if inputs
    /// and labels do not fit the type or each other.
    ///
    /// ```
    /// use katachi::prelude::*;
    ///
    /// let folder = std::env::temp_dir();
    /// let (inputs, labels) = (folder.join("katachi-doc-x.npy"), folder.join("katachi-doc-y.npy"));
    /// tensor![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]].save_npy(&inputs)?; // in Python, np.save("x.npy", x)
    /// tensor![0, 1, 1].save_npy(&labels)?;
    /// let data = Dataset::<shape!(2), Labels<U2>>::from_npy(&inputs, &labels)?;
    /// assert_eq!(data.inputs().sample(2), [5.0, 6.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_npy(inputs: impl AsRef<Path>, labels: impl AsRef<Path>) -> Result<Self, Error> {
        Self::from_rows(Rows::load_npy(inputs), Rows::load_npy(labels))
    }

    /// As [`from_npy`](Self::from_npy), from two arrays of an `.npz` file:
    /// `from_npz("mnist.npz", "x_train", "y_train")`.
    pub fn from_npz(path: impl AsRef<Path>, inputs: &str, labels: &str) -> Result<Self, Error> {
        let archive = Npz::load(path)?;
        Self::from_rows(archive.rows(inputs), archive.rows(labels))
    }

    fn from_rows(inputs: Result<Rows, NpyError>, labels: Result<Rows, NpyError>) -> Result<Self, Error> {
        let (inputs, labels) = (inputs?, labels?);
        let values = values::<X, T>(&inputs, "samples")?;
        let place = labels.place();
        if labels.dims().iter().product::<usize>() != 1 {
            let problem = format!("a label is one number, and here each sample has {:?}", labels.dims());
            return Err(Error::data(place, problem, "pass the array of the inputs first, then that of the labels"));
        }
        let Some(integers) = labels.integers() else {
            let problem = format!("labels are whole numbers, and these are of type '{}'", labels.descr());
            return Err(Error::data(place, problem, "save `labels.astype('<i8')`"));
        };
        let negative = integers.iter().enumerate().find(|(_, label)| u32::try_from(**label).is_err());
        if let Some((sample, label)) = negative {
            let problem = format!("the label of sample {sample} is {label}");
            return Err(Error::data(
                place,
                problem,
                format!("labels are numbers from 0 to {}", Classes::USIZE.saturating_sub(1)),
            ));
        }
        let labels = integers.into_iter().map(|label| u32::try_from(label).unwrap_or(u32::MAX)).collect();
        Self::checked_labels(place, values, labels)
    }
}

impl<X: Shape, S: Shape, T: Element> Dataset<X, Values<S, T>, T> {
    /// A dataset from two `.npy` files, an array of inputs and one of target values. The first axis of both counts the
    /// samples. Values of any type become `T`, each the nearest.
    ///
    /// An error if a file cannot be read, is broken or holds something else, if a value is infinite or NaN, or if inputs
    /// and targets do not fit the type or each other.
    pub fn from_npy(inputs: impl AsRef<Path>, targets: impl AsRef<Path>) -> Result<Self, Error> {
        Self::from_rows(Rows::load_npy(inputs), Rows::load_npy(targets))
    }

    /// As [`from_npy`](Self::from_npy), from two arrays of an `.npz` file.
    pub fn from_npz(path: impl AsRef<Path>, inputs: &str, targets: &str) -> Result<Self, Error> {
        let archive = Npz::load(path)?;
        Self::from_rows(archive.rows(inputs), archive.rows(targets))
    }

    fn from_rows(inputs: Result<Rows, NpyError>, targets: Result<Rows, NpyError>) -> Result<Self, Error> {
        let (inputs, targets) = (inputs?, targets?);
        Self::from_parts(
            targets.place(),
            "targets",
            values::<X, T>(&inputs, "samples")?,
            values::<S, T>(&targets, "targets")?,
        )
    }
}

/// The values of an array of samples of this shape; `word` says what they are.
fn values<S: Shape, T: Element>(rows: &Rows, word: &str) -> Result<Vec<T>, Error> {
    let size: usize = rows.dims().iter().product();
    if size != S::SIZE {
        let problem = format!("{} {word} of shape {:?} do not fit shape {:?}", rows.len(), rows.dims(), S::DIMS);
        return Err(Error::data(rows.place(), problem, format!("write a shape of {size} values for the dataset")));
    }
    let values = rows.values::<T>();
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        let (sample, value) = (index / S::SIZE, values[index]);
        let problem = format!("a value of sample {sample} is {value}");
        return Err(Error::data(rows.place(), problem, "mend or drop it: `x[np.isfinite(x).all(axis=1)]`"));
    }
    Ok(values)
}
