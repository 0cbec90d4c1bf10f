//! [`mnist`], and datasets from any pair of IDX files.

use std::path::{Path, PathBuf};

use katachi_core::element::Element;
use katachi_core::shape;
use katachi_core::shape::Shape;
use katachi_core::typenum::{U10, Unsigned};

use super::dataset::Dataset;
use super::idx;
use crate::error::Error;
use crate::targets::Labels;

/// The two parts of MNIST, as [`mnist`](fn@mnist) reads them.
#[derive(Clone, Debug)]
pub struct Mnist {
    /// For training: 60,000 samples.
    pub train: Dataset<shape!(784), Labels<U10>>,
    /// For the final test: 10,000 samples.
    pub test: Dataset<shape!(784), Labels<U10>>,
}

/// MNIST, handwritten digits: 28×28 pixels, row by row, scaled from bytes to 0 to 1 (divided by 255), and labels 0 to 9.
///
/// `folder` holds the four files, each with or without `.gz`: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
/// `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`; a dot before `idx` is found too. Relatives with files of the
/// same names, as Fashion-MNIST, are read alike. For convolutions, `mnist.train.reshape::<shape!(28, 28, 1)>()`.
///
/// An error if a file is missing or [cannot be used](Dataset::from_idx).
///
/// ```no_run
/// use katachi::data::mnist;
///
/// let data = mnist("data/mnist")?;
/// assert_eq!(data.train.len(), 60_000);
/// assert_eq!(data.test.len(), 10_000);
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn mnist(folder: impl AsRef<Path>) -> Result<Mnist, Error> {
    let folder = folder.as_ref();
    let part = |name: &str| {
        let images = find(folder, name, "images", "idx3")?;
        let labels = find(folder, name, "labels", "idx1")?;
        Dataset::from_idx(images, labels)
    };
    Ok(Mnist { train: part("train")?, test: part("t10k")? })
}

impl<X: Shape, Classes: Unsigned + 'static, T: Element> Dataset<X, Labels<Classes>, T> {
    /// A dataset from an IDX file of images and one of labels, plain or compressed with gzip.
    ///
    /// The bytes of the images are scaled to 0 to 1: divided by 255. For another scale,
    /// [`map_inputs`](Self::map_inputs), or [`idx::read`] and [`from_labels`](Self::from_labels). `X` is any shape of as
    /// many values as an image has: `shape!(784)` and `shape!(28, 28, 1)` both fit images of 28×28.
    ///
    /// An error if a file [cannot be read](idx::read), if an image has not as many values as `X`, if there are more
    /// images than labels or fewer, if there are none, or if a label is not from 0 to `Classes` - 1.
    ///
    /// ```no_run
    /// use katachi::{Dataset, shape, targets::Labels, typenum::U47};
    ///
    /// let letters = Dataset::<shape!(28, 28, 1), Labels<U47>>::from_idx(
    ///     "emnist-balanced-train-images-idx3-ubyte.gz",
    ///     "emnist-balanced-train-labels-idx1-ubyte.gz",
    /// )?;
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn from_idx(images: impl AsRef<Path>, labels: impl AsRef<Path>) -> Result<Self, Error> {
        let (images_path, labels_path) = (images.as_ref().display(), labels.as_ref().display());
        let labels = idx::read(&labels)?;
        if let [_, sizes @ ..] = labels.dims()
            && !sizes.is_empty()
        {
            return Err(Error::data(
                labels_path.to_string(),
                format!("labels have one dimension, but this file has {:?}", labels.dims()),
                "pass the file of the images first, then that of the labels",
            ));
        }
        let images = idx::read(&images)?;
        let (&count, image) = images.dims().split_first().unwrap_or((&0, &[]));
        if image.is_empty() && X::SIZE > 1 {
            return Err(Error::data(
                images_path.to_string(),
                format!("images have more than one dimension, but this file has {:?}", images.dims()),
                "it looks like a file of labels: pass that of the images first, then that of the labels",
            ));
        }
        if image.iter().product::<usize>() != X::SIZE {
            return Err(Error::data(
                images_path.to_string(),
                format!("{count} images of shape {image:?} do not fit samples of shape {:?}", X::DIMS),
                format!("write a shape of {} values for the dataset", image.iter().product::<usize>()),
            ));
        }
        if count != labels.data().len() {
            return Err(Error::data(
                images_path.to_string(),
                format!("there are {count} images, but {} labels in {labels_path}", labels.data().len()),
                "pass two files that belong together",
            ));
        }
        // A table of the 256 values, each divided once.
        let scaled: [T; 256] = std::array::from_fn(|byte| T::from_f64(byte as f64 / 255.0));
        let inputs = images.data().iter().map(|&byte| scaled[usize::from(byte)]).collect();
        let labels = labels.into_data().into_iter().map(u32::from).collect();
        Self::checked_labels(&labels_path.to_string(), inputs, labels)
    }
}

/// The file of this part and kind, under any of the names that circulate.
fn find(folder: &Path, part: &str, kind: &str, rank: &str) -> Result<PathBuf, Error> {
    const SOURCE: &str = "https://storage.googleapis.com/cvdf-datasets/mnist/";
    if !folder.is_dir() {
        return Err(Error::data(
            folder.display().to_string(),
            "there is no such folder",
            format!("pass the one that holds the four files of MNIST; they can be had from {SOURCE}"),
        ));
    }
    let names = ["-", "."].map(|mark| ["", ".gz"].map(|end| format!("{part}-{kind}{mark}{rank}-ubyte{end}"))).concat();
    names.iter().map(|name| folder.join(name)).find(|path| path.is_file()).ok_or_else(|| {
        Error::data(
            folder.display().to_string(),
            format!("there is none of the files {}", names.join(", ")),
            format!("download {} from {SOURCE} into that folder", names[1]),
        )
    })
}
