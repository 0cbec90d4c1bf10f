//! [`Batches`]: the samples of a dataset in order, some at a time.

use std::ops::Range;

use katachi_core::batch::BatchView;
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::dataset::{Dataset, view};
use super::prefetch::Prefetch;
use crate::error::Error;
use crate::targets::{Targets, TargetsView};

/// The batches of a dataset, as [`Dataset::batches`] gives them.
pub struct Batches<'a, X: Shape, Y: Targets, T: Element> {
    data: &'a Dataset<X, Y, T>,
    size: usize,
    /// The samples that are still to come.
    rows: Range<usize>,
}

impl<'a, X: Shape, Y: Targets, T: Element> Batches<'a, X, Y, T> {
    pub(super) fn new(data: &'a Dataset<X, Y, T>, size: usize) -> Result<Self, Error> {
        Error::unless_at_least_one("batch_size", size)?;
        Ok(Self { data, size, rows: 0..data.len() })
    }

    /// Without the last batch if it is smaller than the others.
    ///
    /// ```
    /// use katachi::data::digits;
    ///
    /// let data = digits(); // 1797 samples
    /// assert_eq!(data.batches(32)?.len(), 57);
    /// assert!(data.batches(32)?.drop_remainder().all(|(x, _)| x.len() == 32));
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn drop_remainder(mut self) -> Self {
        self.rows.end -= self.rows.len() % self.size;
        self
    }

    /// The same batches, gathered by a second thread while this one works: up to `ahead` of them are ready before they
    /// are asked for. See [`Prefetch`].
    ///
    /// ```
    /// use katachi::data::digits;
    ///
    /// let data = digits().shuffle(22);
    /// let mut samples = 0;
    /// for batch in data.batches(32)?.prefetch(2) {
    ///     samples += batch.inputs().len();
    /// }
    /// assert_eq!(samples, 1797);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn prefetch(self, ahead: usize) -> Prefetch<X, Y, T> {
        Prefetch::new(self.data.clone(), self.rows, self.size, ahead)
    }
}

impl<'a, X: Shape, Y: Targets, T: Element> Iterator for Batches<'a, X, Y, T> {
    type Item = (BatchView<'a, X, T>, TargetsView<'a, Y>);

    fn next(&mut self) -> Option<Self::Item> {
        let rows = self.rows.start..self.rows.end.min(self.rows.start.saturating_add(self.size));
        if rows.is_empty() {
            return None;
        }
        self.rows.start = rows.end;
        let inputs = &self.data.inputs.as_slice()[rows.start * X::SIZE..rows.end * X::SIZE];
        let targets = &self.data.targets.as_slice()[rows.start * Y::ITEMS..rows.end * Y::ITEMS];
        Some((view(inputs), TargetsView::new(targets)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.rows.len().div_ceil(self.size);
        (left, Some(left))
    }
}

impl<X: Shape, Y: Targets, T: Element> ExactSizeIterator for Batches<'_, X, Y, T> {}
