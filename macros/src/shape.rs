//! Shapes as sizes: what the compiler computes with.

use std::fmt;

use crate::dim::Dim;

/// Values that one array may have at most: what `isize` can address for the widest element, with room for a batch.
const MAX_VALUES: usize = 1 << 40;

/// The sizes of one sample, outermost first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape(Vec<Dim>);

impl Shape {
    /// A shape of these sizes; nothing if its values cannot be addressed.
    pub fn new(sizes: Vec<Dim>) -> Option<Self> {
        let count: Dim = sizes.iter().product();
        (count.guess(1) <= MAX_VALUES).then_some(Self(sizes))
    }

    /// The shape of a scalar.
    pub fn scalar() -> Self {
        Self(Vec::new())
    }

    pub fn sizes(&self) -> &[Dim] {
        &self.0
    }

    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// How many values a sample has.
    pub fn count(&self) -> Dim {
        self.0.iter().product()
    }

    /// How many values samples of all these shapes have.
    pub fn total<'a>(shapes: impl IntoIterator<Item = &'a Self>) -> Dim {
        shapes.into_iter().map(Self::count).sum()
    }

    /// The innermost size; 1 for a scalar.
    pub fn last(&self) -> Dim {
        self.0.last().cloned().unwrap_or_else(|| Dim::from(1))
    }

    /// How many rows of the innermost size there are.
    pub fn rows(&self) -> Dim {
        self.0[..self.rank().saturating_sub(1)].iter().product()
    }

    /// This shape with another innermost size; nothing if its values cannot be addressed.
    pub fn with_last(&self, size: Dim) -> Option<Self> {
        let mut sizes = self.0.clone();
        sizes.pop();
        sizes.push(size);
        Self::new(sizes)
    }

    /// How many values lie between one index of each axis and the next, row-major.
    pub fn strides(&self) -> Vec<Dim> {
        (0..self.rank()).map(|axis| self.0[axis + 1..].iter().product()).collect()
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        write!(f, "[{}]", sizes.join(", "))
    }
}

/// A whole number with its thousands apart: `905,010`; a size with symbols as it is.
pub fn thousands(number: &Dim) -> String {
    let Some(number) = number.known() else { return number.to_string() };
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = Vec::new();
    if first > 0 {
        groups.push(&digits[..first]);
    }
    groups.extend((first..digits.len()).step_by(3).map(|start| &digits[start..start + 3]));
    groups.join(",")
}
