//! [`BatchView`] and [`Batch`]: n samples of one shape, with n known at run time.

use core::fmt;
use core::marker::PhantomData;

#[cfg(feature = "alloc")]
use alloc::{vec, vec::Vec};

use crate::element::Element;
use crate::shape::Shape;
use crate::tensor::Tensor;

mod parts;

#[cfg(feature = "alloc")]
pub use parts::Zip;
pub use parts::{PartCountError, Several};

/// A slice of values is no whole number of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLengthError {
    /// How many values there are.
    pub values: usize,
    /// The shape of one sample.
    pub dims: &'static [usize],
}

impl fmt::Display for BatchLengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { values, dims } = self;
        let size: usize = dims.iter().product();
        write!(f, "{values} values are no whole number of samples of shape {dims:?}; pass a multiple of {size} values")
    }
}

impl core::error::Error for BatchLengthError {}

/// n samples of shape `S`, borrowed: a slice of n · `S::SIZE` values, sample after sample.
pub struct BatchView<'a, S, T = f32> {
    values: &'a [T],
    shape: PhantomData<S>,
}

impl<'a, S: Shape, T: Element> BatchView<'a, S, T> {
    /// Views `values`, sample after sample; an error if they are no whole number of samples.
    pub fn new(values: &'a [T]) -> Result<Self, BatchLengthError> {
        if !values.len().is_multiple_of(S::SIZE) {
            return Err(BatchLengthError { values: values.len(), dims: S::DIMS });
        }
        Ok(Self { values, shape: PhantomData })
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.values.len() / S::SIZE
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All values, sample after sample.
    pub fn as_slice(&self) -> &'a [T] {
        self.values
    }

    /// The values of one sample, row-major.
    ///
    /// # Panics
    /// If there is no sample of that number.
    pub fn sample(&self, index: usize) -> &'a [T] {
        &self.values[index * S::SIZE..][..S::SIZE]
    }

    /// The samples, each as the slice of its values.
    pub fn samples(&self) -> core::slice::ChunksExact<'a, T> {
        self.values.chunks_exact(S::SIZE)
    }
}

impl<S, T> Clone for BatchView<'_, S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for BatchView<'_, S, T> {}

impl<S: Shape, T: Element> fmt::Debug for BatchView<'_, S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} samples of shape {:?}: ", self.len(), S::DIMS)?;
        f.debug_list().entries(self.samples()).finish()
    }
}

/// What can be read as a batch: a [`Batch`], a [`BatchView`], one [`Tensor`] (a batch of one sample).
#[diagnostic::on_unimplemented(
    message = "these are no samples of a shape",
    label = "this has no shape in its type",
    note = "make a batch of them: `Batch::from([[1.0, 2.0], [3.0, 4.0]])` or `Batch::<shape!(2)>::from_vec(values)?`, or one \
            sample: `Tensor::from([1.0, 2.0])`"
)]
pub trait Samples {
    /// The shape of one sample.
    type Shape: Shape;
    /// The type of its values.
    type Element: Element;

    /// The samples.
    fn view(&self) -> BatchView<'_, Self::Shape, Self::Element>;

    /// The samples, if they do not lie side by side, as those of a shuffled dataset: then [`view`](Self::view) copies all
    /// of them, and this reads some at a time.
    fn scattered(&self) -> Option<&dyn Scattered<Self::Element>> {
        None
    }
}

/// Samples that do not lie side by side in memory.
pub trait Scattered<T>: Sync {
    /// The number of samples.
    fn count(&self) -> usize;

    /// Copies the samples from number `first` on into `values`, as many as fit.
    ///
    /// # Panics
    /// If there are not so many samples.
    fn read(&self, first: usize, values: &mut [T]);
}

impl<S: Shape, T: Element> Samples for BatchView<'_, S, T> {
    type Shape = S;
    type Element = T;

    fn view(&self) -> BatchView<'_, S, T> {
        *self
    }
}

impl<S: Shape, T: Element> Samples for Tensor<S, T> {
    type Shape = S;
    type Element = T;

    fn view(&self) -> BatchView<'_, S, T> {
        BatchView { values: self.as_slice(), shape: PhantomData }
    }
}

/// n samples of shape `S`, owned.
///
/// ```
/// # #[cfg(feature = "alloc")] {
/// use katachi_core::{batch::Batch, shape};
///
/// let batch = Batch::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]); // 2 samples of shape [3]
/// assert_eq!(batch.len(), 2);
/// assert_eq!(batch.sample(1), [4.0, 5.0, 6.0]);
///
/// let wrong = Batch::<shape!(4)>::from_vec(vec![0.0; 6]);
/// assert_eq!(
///     wrong.unwrap_err().to_string(),
///     "6 values are no whole number of samples of shape [4]; pass a multiple of 4 values",
/// );
///
/// let scalars = Batch::from([0.5, 0.25]); // 2 samples of shape []
/// assert_eq!(scalars.sample(1), [0.25]);
/// # }
/// ```
///
/// # Samples of several parts
/// A model of several inputs takes samples whose shape is a tuple, such as `(shape!(2), shape!(3))`, and one of several
/// outputs gives such. A sample is one row, with the values of its first part, then those of the second.
/// [`zip`](Self::zip) puts batches together to such rows, and [`unzip`](Self::unzip) takes them apart:
///
/// ```
/// # #[cfg(feature = "alloc")] {
/// use katachi_core::batch::Batch;
///
/// let (a, b) = (Batch::from([[1.0, 2.0], [3.0, 4.0]]), Batch::from([[5.0, 6.0, 7.0], [8.0, 9.0, 10.0]]));
/// let both = Batch::zip((&a, &b)).unwrap();
/// assert_eq!(both.sample(0), [1.0, 2.0, 5.0, 6.0, 7.0]);
/// assert_eq!(both.unzip(), (a, b));
/// # }
/// ```
#[cfg(feature = "alloc")]
pub struct Batch<S, T = f32> {
    values: Vec<T>,
    shape: PhantomData<S>,
}

#[cfg(feature = "alloc")]
impl<S: Shape, T: Element> Batch<S, T> {
    /// A batch of `len` samples, all zero.
    ///
    /// # Panics
    /// As `Vec` does, if so many values cannot be addressed.
    pub fn zeros(len: usize) -> Self {
        let values = len.checked_mul(S::SIZE).expect("capacity overflow");
        Self { values: vec![T::ZERO; values], shape: PhantomData }
    }

    /// A batch from its values, sample after sample; an error if they are no whole number of samples.
    pub fn from_vec(values: Vec<T>) -> Result<Self, BatchLengthError> {
        BatchView::<S, T>::new(&values)?;
        Ok(Self { values, shape: PhantomData })
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.view().len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values of one sample, row-major.
    ///
    /// # Panics
    /// If there is no sample of that number.
    pub fn sample(&self, index: usize) -> &[T] {
        &self.values[index * S::SIZE..][..S::SIZE]
    }

    /// The values of one sample, row-major, for writing.
    ///
    /// # Panics
    /// If there is no sample of that number.
    pub fn sample_mut(&mut self, index: usize) -> &mut [T] {
        &mut self.values[index * S::SIZE..][..S::SIZE]
    }

    /// The samples, each as the slice of its values.
    pub fn samples(&self) -> core::slice::ChunksExact<'_, T> {
        self.values.chunks_exact(S::SIZE)
    }

    /// All values, sample after sample.
    pub fn as_slice(&self) -> &[T] {
        &self.values
    }

    /// All values, sample after sample, for writing.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.values
    }

    /// All values, sample after sample, taken out.
    pub fn into_vec(self) -> Vec<T> {
        self.values
    }
}

#[cfg(feature = "alloc")]
impl<S: Shape, T: Element> Samples for Batch<S, T> {
    type Shape = S;
    type Element = T;

    fn view(&self) -> BatchView<'_, S, T> {
        BatchView { values: &self.values, shape: PhantomData }
    }
}

#[cfg(feature = "alloc")]
impl<S, T: Clone> Clone for Batch<S, T> {
    fn clone(&self) -> Self {
        Self { values: self.values.clone(), shape: PhantomData }
    }
}

#[cfg(feature = "alloc")]
impl<S, T: PartialEq> PartialEq for Batch<S, T> {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

#[cfg(feature = "alloc")]
impl<S: Shape, T: Element> fmt::Debug for Batch<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

#[cfg(feature = "alloc")]
impl<T: Element, const N: usize, const A: usize> From<[[T; A]; N]> for Batch<crate::shape::Rank1<typenum::U<A>>, T>
where
    typenum::Const<A>: typenum::ToUInt,
    crate::shape::Rank1<typenum::U<A>>: Shape,
{
    fn from(samples: [[T; A]; N]) -> Self {
        Self { values: samples.as_flattened().to_vec(), shape: PhantomData }
    }
}

/// Samples that are a number each, of shape `[]`.
#[cfg(feature = "alloc")]
impl<T: Element, const N: usize> From<[T; N]> for Batch<crate::shape::Rank0, T> {
    fn from(samples: [T; N]) -> Self {
        Self { values: samples.to_vec(), shape: PhantomData }
    }
}
