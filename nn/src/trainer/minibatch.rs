//! [`Minibatch`].

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
    shape: core::marker::PhantomData<X>,
}

impl<X: Shape, Y: Targets, T: Element> Minibatch<X, Y, T> {
    /// Room for `capacity` samples; until more are gathered, nothing is allocated.
    pub fn new(capacity: usize) -> Self {
        Self {
            inputs: Vec::with_capacity(capacity * X::SIZE),
            targets: Vec::with_capacity(capacity * Y::ITEMS),
            shape: core::marker::PhantomData,
        }
    }

    /// Replaces the samples by those of `data` with these numbers, in their order.
    ///
    /// # Panics
    /// If there is no sample of one of these numbers.
    pub fn gather(&mut self, data: &Dataset<X, Y, T>, rows: &[usize]) {
        data.gather(rows, &mut self.inputs, &mut self.targets);
    }

    /// The inputs.
    pub fn inputs(&self) -> BatchView<'_, X, T> {
        let Ok(view) = BatchView::new(&self.inputs) else { unreachable!("whole samples were gathered") };
        view
    }

    pub fn weights(&self) -> Option<&[T]> { None }

    /// The targets.
    pub fn targets(&self) -> TargetsView<'_, Y> {
        TargetsView::new(&self.targets)
    }
}
