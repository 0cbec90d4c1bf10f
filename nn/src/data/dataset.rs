//! [`Dataset`]: inputs and targets of n samples, and how they are read.

use std::fmt;
use std::marker::PhantomData;

use katachi_core::batch::{BatchView, Samples};
use katachi_core::element::Element;
use katachi_core::shape::Shape;
use katachi_core::typenum::Unsigned;

use super::shared::Shared;
use crate::error::Error;
use crate::targets::{Labels, Targets, TargetsView};

/// n samples, at least one: inputs of shape `X` with targets `Y`, which are [`Labels`] or
/// [`Values`](crate::targets::Values).
///
/// A dataset is a range of shared values: cloning, [`split`](Self::split), [`take`](Self::take), [`skip`](Self::skip)
/// and [`reshape`](Self::reshape) copy none.
///
/// ```
/// use katachi::{Dataset, shape, targets::Labels, typenum::U3};
///
/// // 4 samples of shape [2], each of one of 3 classes.
/// let inputs = vec![0.0, 0.1, 1.0, 1.1, 2.0, 2.1, 3.0, 3.1];
/// let data = Dataset::<shape!(2), Labels<U3>>::from_labels(inputs, vec![0, 1, 2, 2])?;
/// assert_eq!(data.len(), 4);
/// assert_eq!(data.class_counts(), [1, 1, 2]);
///
/// let (train, test) = data.split_at(3)?;
/// assert_eq!(train.inputs().as_slice(), [0.0, 0.1, 1.0, 1.1, 2.0, 2.1]);
/// assert_eq!(test.labels(), [2]);
/// # Ok::<(), katachi::error::Error>(())
/// ```
///
/// For a model of several inputs `X` is a tuple of shapes, and for one of several outputs so is that of the values: see
/// [`from_batches`](Self::from_batches).
pub struct Dataset<X: Shape, Y: Targets, T: Element = f32> {
    /// n · `X::SIZE` values, n > 0.
    pub(super) inputs: Shared<T>,
    /// n · `Y::ITEMS` items.
    pub(super) targets: Shared<Y::Item>,
    pub(super) shape: PhantomData<X>,
}

impl<X: Shape, Y: Targets, T: Element> Dataset<X, Y, T> {
    /// The number of samples.
    pub fn len(&self) -> usize {
        self.inputs.len() / X::SIZE
    }

    /// Whether there is no sample: never, as a dataset without one cannot be made.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// The inputs of all samples.
    pub fn inputs(&self) -> BatchView<'_, X, T> {
        view(&self.inputs)
    }

    /// The targets of all samples.
    pub fn targets(&self) -> TargetsView<'_, Y> {
        TargetsView::new(&self.targets)
    }

    /// The samples in order, `size` at a time; the last batch holds what is left.
    ///
    /// An error if `size` is 0.
    ///
    /// ```
    /// use katachi::Dataset;
    ///
    /// let data = Dataset::from_arrays([[0.0_f32], [1.0], [2.0]], [[0.0], [2.0], [4.0]])?;
    /// let mut batches = data.batches(2)?;
    /// let (x, y) = batches.next().unwrap();
    /// assert_eq!((x.as_slice(), y.as_slice()), (&[0.0, 1.0][..], &[0.0, 2.0][..]));
    /// assert_eq!(batches.next().unwrap().0.len(), 1);
    /// assert!(batches.next().is_none());
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn batches(
        &self,
        size: usize,
    ) -> Result<impl ExactSizeIterator<Item = (BatchView<'_, X, T>, TargetsView<'_, Y>)>, Error> {
        Error::unless_at_least_one("batch_size", size)?;
        let size = size.min(self.len()); // The product with the size of a sample stays in range.
        let inputs = self.inputs.chunks(size * X::SIZE).map(view);
        let targets = self.targets.chunks(size * Y::ITEMS).map(TargetsView::new);
        Ok(inputs.zip(targets))
    }

    /// Copies the samples numbered `rows`, in that order, into `inputs` and `targets`, replacing what is there. Nothing
    /// is allocated where the capacities suffice.
    ///
    /// ```
    /// use katachi::Dataset;
    ///
    /// let data = Dataset::from_arrays([[0.0_f32], [1.0], [2.0]], [[0.0], [2.0], [4.0]])?;
    /// let (mut x, mut y) = (Vec::new(), Vec::new());
    /// data.gather(&[2, 0], &mut x, &mut y);
    /// assert_eq!((x, y), (vec![2.0, 0.0], vec![4.0, 0.0]));
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    ///
    /// # Panics
    /// If there is no sample of one of these numbers.
    pub fn gather(&self, rows: &[usize], inputs: &mut Vec<T>, targets: &mut Vec<Y::Item>) {
        gather(&self.inputs, X::SIZE, rows, inputs);
        gather(&self.targets, Y::ITEMS, rows, targets);
    }
}

impl<X: Shape, Classes: Unsigned + 'static, T: Element> Dataset<X, Labels<Classes>, T> {
    /// The label of each sample.
    pub fn labels(&self) -> &[u32] {
        &self.targets
    }

    /// The number of classes, whether or not samples of all of them are here.
    pub fn classes(&self) -> usize {
        Classes::USIZE
    }

    /// How many samples each class has.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; Classes::USIZE];
        for &label in self.labels() {
            counts[label as usize] += 1; // In range: a constructor checked it.
        }
        counts
    }
}

/// The inputs, so that a dataset can be predicted: `mlp.predict(&data)`.
impl<X: Shape, Y: Targets, T: Element> Samples for Dataset<X, Y, T> {
    type Shape = X;
    type Element = T;

    fn view(&self) -> BatchView<'_, X, T> {
        self.inputs()
    }
}

impl<X: Shape, Y: Targets, T: Element> Clone for Dataset<X, Y, T> {
    fn clone(&self) -> Self {
        Self { inputs: self.inputs.clone(), targets: self.targets.clone(), shape: PhantomData }
    }
}

/// The sizes, not the values: `Dataset { samples: 1797, input: [64], target_items: 1, element: "f32" }`.
impl<X: Shape, Y: Targets, T: Element> fmt::Debug for Dataset<X, Y, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dataset")
            .field("samples", &self.len())
            .field("input", &X::DIMS)
            .field("target_items", &Y::ITEMS)
            .field("element", &T::NAME)
            .finish()
    }
}

fn view<X: Shape, T: Element>(values: &[T]) -> BatchView<'_, X, T> {
    let Ok(view) = BatchView::new(values) else { unreachable!("a dataset holds whole samples") };
    view
}

fn gather<T: Copy>(values: &[T], size: usize, rows: &[usize], gathered: &mut Vec<T>) {
    gathered.clear();
    gathered.reserve(rows.len() * size);
    for &row in rows {
        gathered.extend_from_slice(&values[row * size..][..size]);
    }
}
