//! [`Shared`]: a range of values that several datasets read.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// A range of shared values. Cloning and narrowing it copies no value.
pub struct Shared<T> {
    values: Arc<Vec<T>>, // Not `Arc<[T]>`, into which a `Vec` would be copied.
    range: Range<usize>,
}

impl<T> Shared<T> {
    /// All of `values`.
    pub fn new(values: Vec<T>) -> Self {
        Self { range: 0..values.len(), values: Arc::new(values) }
    }

    /// The part `range` of this range. Its ends are not greater than the length.
    pub fn narrow(&self, range: Range<usize>) -> Self {
        debug_assert!(range.start <= range.end && range.end <= self.len());
        let first = self.range.start;
        Self { values: Arc::clone(&self.values), range: first + range.start..first + range.end }
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.values[self.range.clone()]
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self { values: Arc::clone(&self.values), range: self.range.clone() }
    }
}
