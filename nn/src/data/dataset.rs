//! [`Dataset`]: inputs, targets and weights of n samples, and how they are read.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use katachi_core::batch::{BatchView, Samples, Scattered};
use katachi_core::element::Element;
use katachi_core::shape::Shape;
use katachi_core::typenum::Unsigned;

use super::augment::Augmentation;
use super::batches::Batches;
use super::column::Column;
use crate::error::Error;
use crate::targets::{Labels, Targets, TargetsView};

/// n samples, at least one: inputs of shape `X` with targets `Y`, which are [`Labels`] or
/// [`Values`](crate::targets::Values).
///
/// A dataset is a choice of rows over shared values: cloning, [`shuffle`](Self::shuffle), [`filter`](Self::filter),
/// [`split`](Self::split), [`k_fold`](Self::k_fold), [`take`](Self::take), [`skip`](Self::skip) and
/// [`reshape`](Self::reshape) copy none, and training copies a batch at a time. Only [`inputs`](Self::inputs),
/// [`targets`](Self::targets), [`labels`](Self::labels) and [`weights`](Self::weights), which give all samples side by
/// side, make a copy of samples that do not lie so, when they are first called.
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
    /// n rows of `X::SIZE` values, n > 0.
    pub(super) inputs: Column<T>,
    /// n rows of `Y::ITEMS` items.
    pub(super) targets: Column<Y::Item>,
    /// n numbers, finite and not negative.
    pub(super) weights: Option<Column<T>>,
    pub(super) augmentation: Option<Augmentation<T>>,
    pub(super) shape: PhantomData<X>,
}

impl<X: Shape, Y: Targets, T: Element> Dataset<X, Y, T> {
    /// The number of samples.
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// Whether there is no sample: never, as a dataset without one cannot be made.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The inputs of all samples.
    pub fn inputs(&self) -> BatchView<'_, X, T> {
        view(self.inputs.as_slice())
    }

    /// The targets of all samples.
    pub fn targets(&self) -> TargetsView<'_, Y> {
        TargetsView::new(self.targets.as_slice())
    }

    /// How much each sample counts in the loss, if [`with_weights`](Self::with_weights) said so.
    pub fn weights(&self) -> Option<&[T]> {
        self.weights.as_ref().map(Column::as_slice)
    }

    /// The values of one sample and its target: a label is a slice of one. Nothing is copied.
    ///
    /// # Panics
    /// If there is no sample of that number.
    pub fn sample(&self, row: usize) -> (&[T], &[Y::Item]) {
        (self.inputs.row(row), self.targets.row(row))
    }

    /// All samples in order, each as [`sample`](Self::sample) gives it.
    pub fn samples(&self) -> impl ExactSizeIterator<Item = (&[T], &[Y::Item])> {
        self.inputs.rows().zip(self.targets.rows())
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
    ///
    /// The samples are put side by side for this if they do not lie so. [`Batches::prefetch`] does without, and applies
    /// augmentations too.
    pub fn batches(&self, size: usize) -> Result<Batches<'_, X, Y, T>, Error> {
        Batches::new(self, size)
    }

    /// Copies the samples numbered `rows`, in that order, into `inputs` and `targets`, replacing what is there. Nothing
    /// is allocated where the capacities suffice. [`Minibatch`](crate::trainer::Minibatch) holds both, and the weights.
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
        self.inputs.gather(rows.iter().copied(), inputs);
        self.targets.gather(rows.iter().copied(), targets);
    }

    /// As [`gather`](Self::gather) for the weights; tells whether there are some.
    pub(crate) fn gather_weights(&self, rows: &[usize], gathered: &mut Vec<T>) -> bool {
        if let Some(weights) = &self.weights {
            weights.gather(rows.iter().copied(), gathered);
        }
        self.weights.is_some()
    }

    /// Samples that follow one another: inputs, targets and weights. What does not lie side by side is copied into the
    /// buffers.
    pub(crate) fn read<'a>(
        &'a self,
        rows: Range<usize>,
        inputs: &'a mut Vec<T>,
        targets: &'a mut Vec<Y::Item>,
        weights: &'a mut Vec<T>,
    ) -> (&'a [T], &'a [Y::Item], Option<&'a [T]>) {
        let read_weights = self.weights.as_ref().map(|column| column.read(rows.clone(), weights));
        (self.inputs.read(rows.clone(), inputs), self.targets.read(rows, targets), read_weights)
    }
}

impl<X: Shape, Classes: Unsigned + 'static, T: Element> Dataset<X, Labels<Classes>, T> {
    /// The label of each sample.
    pub fn labels(&self) -> &[u32] {
        self.targets.as_slice()
    }
}

/// The inputs, so that a dataset can be predicted: `mlp.predict(&data)`.
impl<X: Shape, Y: Targets, T: Element> Samples for Dataset<X, Y, T> {
    type Shape = X;
    type Element = T;

    fn view(&self) -> BatchView<'_, X, T> {
        self.inputs()
    }

    fn scattered(&self) -> Option<&dyn Scattered<T>> {
        if self.inputs.side_by_side().is_some() { None } else { Some(self) }
    }
}

impl<X: Shape, Y: Targets, T: Element> Scattered<T> for Dataset<X, Y, T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn read(&self, first: usize, values: &mut [T]) {
        values.chunks_exact_mut(X::SIZE).zip(first..).for_each(|(sample, row)| {
            sample.copy_from_slice(self.inputs.row(row));
        });
    }
}

impl<X: Shape, Y: Targets, T: Element> Clone for Dataset<X, Y, T> {
    fn clone(&self) -> Self {
        let (inputs, targets, weights) = (self.inputs.clone(), self.targets.clone(), self.weights.clone());
        Self { inputs, targets, weights, augmentation: self.augmentation.clone(), shape: PhantomData }
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

/// Values that are whole samples, as a dataset holds them.
pub(super) fn view<X: Shape, T: Element>(values: &[T]) -> BatchView<'_, X, T> {
    let Ok(view) = BatchView::new(values) else { unreachable!("a dataset holds whole samples") };
    view
}
