//! Shapes as integers: what the compiler computes with.

use std::fmt;

/// Values that one array may have at most: what `isize` can address for the widest element, with room for a batch.
const MAX_VALUES: usize = 1 << 40;

/// The sizes of one sample, outermost first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// A shape of these sizes; nothing if its values cannot be addressed.
    pub fn new(sizes: Vec<usize>) -> Option<Self> {
        let count = sizes.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
        (count <= MAX_VALUES).then_some(Self(sizes))
    }

    pub fn sizes(&self) -> &[usize] {
        &self.0
    }

    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// How many values a sample has.
    pub fn count(&self) -> usize {
        self.0.iter().product()
    }

    /// The innermost size; 1 for a scalar.
    pub fn last(&self) -> usize {
        self.0.last().copied().unwrap_or(1)
    }

    /// How many rows of the innermost size there are.
    pub fn rows(&self) -> usize {
        self.count() / self.last()
    }

    /// This shape with another innermost size; nothing if its values cannot be addressed.
    pub fn with_last(&self, size: usize) -> Option<Self> {
        let mut sizes = self.0.clone();
        sizes.pop();
        sizes.push(size);
        Self::new(sizes)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A whole number with its thousands apart: `905,010`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = Vec::new();
    if first > 0 {
        groups.push(&digits[..first]);
    }
    groups.extend((first..digits.len()).step_by(3).map(|start| &digits[start..start + 3]));
    groups.join(",")
}
