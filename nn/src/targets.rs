//! What a model is trained towards: class labels or values, as types.

use core::marker::PhantomData;

use katachi_core::batch::BatchView;
use katachi_core::element::Element;
use katachi_core::shape::{Rank1, Shape};
use katachi_core::typenum::Unsigned;

/// The targets of a dataset: [`Labels`] or [`Values`].
pub trait Targets: 'static {
    /// [`ClassLabels`] or [`TargetValues`]: what a loss is chosen by.
    type Form: Form;
    /// The shape of the model's outputs that fit: `[classes]` for labels, the targets' own for values.
    type Outputs;
    /// What is stored: `u32` for labels, the element type for values.
    type Item: Copy + Default + Send + Sync + core::fmt::Debug;
    /// How many items one sample has.
    const ITEMS: usize;
}

/// The form of targets, without their size.
pub trait Form: 'static {
    /// What is stored, where the model computes in `T`.
    type Item<T: Element>: Copy + Default + Send + Sync + core::fmt::Debug;
}

/// Class labels, one a sample.
#[derive(Clone, Copy, Debug)]
pub struct ClassLabels;

/// Values, one for each output.
#[derive(Clone, Copy, Debug)]
pub struct TargetValues;

impl Form for ClassLabels {
    type Item<T: Element> = u32;
}

impl Form for TargetValues {
    type Item<T: Element> = T;
}

/// One class label a sample, from 0 to `Classes` - 1. The count of classes is part of the type and is checked once, when
/// the data are loaded, so a dataset of 10 classes cannot train a model of 7 outputs.
#[derive(Clone, Copy, Debug)]
pub struct Labels<Classes>(PhantomData<Classes>);

impl<Classes: Unsigned + 'static> Targets for Labels<Classes> {
    type Form = ClassLabels;
    type Outputs = Rank1<Classes>;
    type Item = u32;
    const ITEMS: usize = 1;
}

/// Target values of shape `S`, one for each output of the model.
#[derive(Clone, Copy, Debug)]
pub struct Values<S, T = f32>(PhantomData<(S, T)>);

impl<S: Shape, T: Element> Targets for Values<S, T> {
    type Form = TargetValues;
    type Outputs = S;
    type Item = T;
    const ITEMS: usize = S::SIZE;
}

/// The targets of a batch: `ITEMS` items a sample, borrowed.
pub struct TargetsView<'a, Y: Targets> {
    items: &'a [Y::Item],
}

impl<'a, Y: Targets> TargetsView<'a, Y> {
    /// Whole samples whose labels are in range, as a dataset holds them.
    #[cfg(feature = "std")]
    pub(crate) fn new(items: &'a [Y::Item]) -> Self {
        debug_assert!(items.len().is_multiple_of(Y::ITEMS));
        Self { items }
    }

    /// The items, sample after sample.
    pub fn as_slice(&self) -> &'a [Y::Item] {
        self.items
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.items.len() / Y::ITEMS
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl<'a, S: Shape, T: Element> TargetsView<'a, Values<S, T>> {
    /// The values as samples of their shape.
    ///
    /// ```
    /// use katachi::{Batch, Dataset};
    ///
    /// let (classes, numbers) = (Batch::from([[0.0_f32, 1.0], [1.0, 0.0]]), Batch::from([3.0, -4.0]));
    /// let data = Dataset::from_batches(Batch::from([[0.5], [0.25]]), Batch::zip((&classes, &numbers))?)?;
    /// assert_eq!(data.targets().as_batch().unzip(), (classes, numbers));
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn as_batch(&self) -> BatchView<'a, S, T> {
        let Ok(view) = BatchView::new(self.items) else { unreachable!("a view of targets holds whole samples") };
        view
    }
}

impl<Y: Targets> Clone for TargetsView<'_, Y> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Y: Targets> Copy for TargetsView<'_, Y> {}
