//! [`Minibatch`].

use core::ops::Range;

use katachi_core::batch::BatchView;
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::data::Dataset;
use crate::targets::{Targets, TargetsView};

/// Samples of a dataset, copied side by side in the order of a shuffled epoch.
///
/// ```
/// use katachi::Dataset;
/// use katachi::trainer::Minibatch;
///
/// let data = Dataset::from_arrays([[0.0_f32], [1.0], [2.0]], [[0.0], [2.0], [4.0]])?;
/// let mut batch = Minibatch::new(2);
/// batch.gather(&data, &[2, 0]);
/// assert_eq!(batch.inputs().as_slice(), [2.0, 0.0]);
/// assert_eq!(batch.targets().as_slice(), [4.0, 0.0]);
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub struct Minibatch<X: Shape, Y: Targets, T: Element = f32> {
    inputs: Vec<T>,
    targets: Vec<Y::Item>,
    weights: Vec<T>,
    /// Whether the dataset had weights.
    is_weighted: bool,
    shape: core::marker::PhantomData<X>,
}

impl<X: Shape, Y: Targets, T: Element> Minibatch<X, Y, T> {
    /// Room for `capacity` samples; until more are gathered, nothing is allocated (but for weights, at the first time).
    pub fn new(capacity: usize) -> Self {
        Self {
            inputs: Vec::with_capacity(capacity * X::SIZE),
            targets: Vec::with_capacity(capacity * Y::ITEMS),
            weights: Vec::new(),
            is_weighted: false,
            shape: core::marker::PhantomData,
        }
    }

    /// Replaces the samples by those of `data` with these numbers, in their order, as they are.
    ///
    /// # Panics
    /// If there is no sample of one of these numbers.
    pub fn gather(&mut self, data: &Dataset<X, Y, T>, rows: &[usize]) {
        let Self { inputs, targets, weights, is_weighted, .. } = self;
        data.gather(rows, inputs, targets);
        *is_weighted = data.gather_weights(rows, weights);
    }

    /// As [`gather`](Self::gather), with the [augmentations](Dataset::augment) that a training with this seed draws in
    /// this epoch, counted from 0. Inside a rayon pool the samples are changed on its threads.
    ///
    /// # Panics
    /// If there is no sample of one of these numbers.
    pub fn fill(&mut self, data: &Dataset<X, Y, T>, rows: &[usize], seed: u64, epoch: u64) {
        self.gather(data, rows);
        data.augment_gathered(&mut self.inputs, rows, seed, epoch);
    }

    /// The inputs.
    pub fn inputs(&self) -> BatchView<'_, X, T> {
        let Ok(view) = BatchView::new(&self.inputs) else { unreachable!("whole samples were gathered") };
        view
    }

    /// The targets.
    pub fn targets(&self) -> TargetsView<'_, Y> {
        TargetsView::new(&self.targets)
    }

    /// The weights of the samples, if their dataset has some.
    pub fn weights(&self) -> Option<&[T]> {
        self.is_weighted.then_some(&self.weights)
    }

    /// Samples of `data` that follow one another: inputs, targets and weights, copied into this batch only where they do
    /// not lie side by side.
    pub(crate) fn read<'a>(
        &'a mut self,
        data: &'a Dataset<X, Y, T>,
        rows: Range<usize>,
    ) -> (&'a [T], &'a [Y::Item], Option<&'a [T]>) {
        data.read(rows, &mut self.inputs, &mut self.targets, &mut self.weights)
    }
}
