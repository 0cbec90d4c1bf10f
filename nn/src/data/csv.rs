//! [`Csv`]: tables of text, with a row for each sample.

use std::io::Read;
use std::path::{Path, PathBuf};

use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::dataset::Dataset;
use super::file;
use crate::error::Error;

mod columns;
mod number;
mod read;
mod targets;

use targets::Classes;
pub use targets::CsvTargets;

/// A file of comma-separated values, which becomes a [`Dataset`]: a row for each sample, with its features and its target
/// in columns that have names in the first line. Values may be quoted; the file may be compressed with gzip, which its
/// contents tell.
///
/// ```
/// use katachi::data::{Csv, Missing};
/// use katachi::prelude::*;
///
/// let flowers = b"length,width,species\n5.1,3.5,setosa\n7.0,,versicolor\n6.4,3.2,versicolor\n";
/// let data = Csv::from_bytes(flowers)
///     .label("species")
///     .classes(["setosa", "versicolor"])
///     .missing(Missing::Mean)
///     .read::<shape!(2), Labels<U2>>()?;
/// assert_eq!(data.inputs().as_slice(), [5.1, 3.5, 7.0, 3.35, 6.4, 3.2]);
/// assert_eq!(data.labels(), [0, 1, 1]);
/// # Ok::<(), Error>(())
/// ```
///
/// Target values are read alike:
///
/// ```
/// use katachi::data::Csv;
/// use katachi::prelude::*;
///
/// let houses = b"rooms,age,price\n3,20,310\n5,4,705.5\n";
/// let data = Csv::from_bytes(houses).target("price").read::<shape!(2), Values<shape!(1)>>()?;
/// assert_eq!(data.targets().as_slice(), [310.0, 705.5]);
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// Whatever is wrong is an error that names the file, the row (counted from 1, without the line of names) and the column:
/// a value that is no finite number, a column that is not there, an unknown class, a row of another length, a file that is
/// empty or broken.
#[derive(Clone, Debug)]
pub struct Csv {
    origin: Origin,
    targets: Vec<String>,
    features: Vec<String>,
    ignored: Vec<String>,
    classes: Classes,
    missing: Missing,
    delimiter: u8,
    has_header: bool,
}

/// What becomes of a row in which a value is missing: where nothing is written, or one of `NA`, `N/A`, `n/a`, `NaN`,
/// `nan`, `NULL`, `null`, `None` and `?`. A target can only be there or not: the last two are about features.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Missing {
    /// It is an error.
    #[default]
    Error,
    /// The row is left out.
    DropRow,
    /// The value is this number.
    Fill(f64),
    /// The value is the mean of those that the column has. To keep the mean of the training part for later data, leave
    /// values as a number with `Fill` and replace that.
    Mean,
}

#[derive(Clone, Debug)]
enum Origin {
    Path(PathBuf),
    Bytes(Vec<u8>),
}

impl Csv {
    /// The file at `path`. It is opened by [`read`](Self::read).
    pub fn open(path: impl AsRef<Path>) -> Self {
        Self::of(Origin::Path(path.as_ref().into()))
    }

    /// The contents of a file. Errors call them `csv`.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Self {
        Self::of(Origin::Bytes(bytes.as_ref().to_vec()))
    }

    fn of(origin: Origin) -> Self {
        Self {
            origin,
            targets: Vec::new(),
            features: Vec::new(),
            ignored: Vec::new(),
            classes: Classes::default(),
            missing: Missing::default(),
            delimiter: b',',
            has_header: true,
        }
    }

    /// The column of the labels, for [`Labels`](crate::targets::Labels). They are numbers from 0, unless
    /// [`classes_from`](Self::classes_from) or [`classes`](Self::classes) says otherwise.
    pub fn label(self, column: impl Into<String>) -> Self {
        self.target(column)
    }

    /// One more column of target values, for [`Values`](crate::targets::Values).
    pub fn target(mut self, column: impl Into<String>) -> Self {
        self.targets.push(column.into());
        self
    }

    /// The columns of the features, in the order of the inputs. Without this all columns are features but those of
    /// targets and those to [`ignore`](Self::ignore).
    pub fn features<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.features.extend(columns.into_iter().map(Into::into));
        self
    }

    /// A column that is no feature, such as a number of the row.
    pub fn ignore(mut self, column: impl Into<String>) -> Self {
        self.ignored.push(column.into());
        self
    }

    /// The labels are numbers from `first` on: `classes_from(1)` where they are 1 to 7.
    pub fn classes_from(mut self, first: u32) -> Self {
        self.classes = Classes::From(first);
        self
    }

    /// The labels are these words, of class 0, of class 1, and so on.
    pub fn classes<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.classes = Classes::words(words.into_iter().map(Into::into).collect());
        self
    }

    /// The labels are the words that stand in the file, sorted, as scikit-learn's `LabelEncoder` numbers them.
    /// [`read_with_classes`](Self::read_with_classes) gives them.
    pub fn classes_sorted(mut self) -> Self {
        self.classes = Classes::found();
        self
    }

    /// What becomes of missing values: [`Missing::Error`] unless this says otherwise.
    pub fn missing(mut self, policy: Missing) -> Self {
        self.missing = policy;
        self
    }

    /// What stands between the values of a row: a comma unless this says otherwise.
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// The first line is a row, not the names of the columns: they are called `0`, `1`, and so on.
    pub fn without_header(mut self) -> Self {
        self.has_header = false;
        self
    }

    /// Reads the file, into samples of shape `X` with targets `Y`. Nothing is kept of it but the numbers.
    pub fn read<X: Shape, Y: CsvTargets<f32>>(&self) -> Result<Dataset<X, Y>, Error> {
        self.read_as()
    }

    /// As [`read`](Self::read), with numbers of the type `T`: `read_as::<shape!(54), Labels<U7>, f64>()`.
    pub fn read_as<X: Shape, Y: CsvTargets<T>, T: Element>(&self) -> Result<Dataset<X, Y, T>, Error> {
        Ok(self.read_all()?.0)
    }

    /// As [`read`](Self::read), and gives the word of each class.
    ///
    /// ```
    /// use katachi::data::Csv;
    /// use katachi::prelude::*;
    ///
    /// let csv = Csv::from_bytes(b"x,answer\n1,yes\n2,no\n3,yes\n").label("answer").classes_sorted();
    /// let (data, words) = csv.read_with_classes::<shape!(1), Labels<U2>>()?;
    /// assert_eq!(words, ["no", "yes"]);
    /// assert_eq!(data.labels(), [1, 0, 1]);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn read_with_classes<X: Shape, Y: CsvTargets<f32>>(&self) -> Result<(Dataset<X, Y>, Vec<String>), Error> {
        let (data, classes) = self.read_all()?;
        Ok((data, classes.into_words(Y::CLASSES)))
    }

    fn read_all<X: Shape, Y: CsvTargets<T>, T: Element>(&self) -> Result<(Dataset<X, Y, T>, Classes), Error> {
        match &self.origin {
            Origin::Path(path) => self.read_from(file::open(path)?, path),
            Origin::Bytes(bytes) => self.read_from(bytes.as_slice(), Path::new("csv")),
        }
    }

    fn read_from<X: Shape, Y: CsvTargets<T>, T: Element>(
        &self,
        source: impl Read,
        name: &Path,
    ) -> Result<(Dataset<X, Y, T>, Classes), Error> {
        let failed = |source| Error::Read { path: name.into(), source };
        let (mut source, compressed) = file::unpacked(source).map_err(failed)?;
        // A mark of the byte order, as some programs write it, is no part of the first name.
        let mut mark = [0; 3];
        let so_far = |error| file::broken(name, compressed, error, "0 lines read");
        let found = file::fill(&mut source, &mut mark).map_err(so_far)?;
        let found = if mark == *b"\xef\xbb\xbf" { 0 } else { found };
        let source = Box::new(mark[..found].chain(source));
        read::Rows::new(self, source, compressed, name)?.read()
    }
}
