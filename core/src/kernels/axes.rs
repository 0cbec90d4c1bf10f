//! The axes of a loop that walks through two arrays.

use super::MAX_RANK;

/// One for each axis of an array, and one for the samples.
pub(super) const AXES: usize = MAX_RANK + 1;

/// An axis of the loop, with the elements from one index to the next on both sides.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub(super) size: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Axis {
    /// An axis that is none.
    pub(super) const ONE: Self = Self { size: 1, from: 0, to: 0 };
}

/// The axes of the loop, outermost first, then axes that are none.
#[derive(Clone, Copy, Debug)]
pub struct Axes {
    pub(super) list: [Axis; AXES],
    pub(super) count: usize,
}

impl Default for Axes {
    fn default() -> Self {
        Self { list: [Axis::ONE; AXES], count: 0 }
    }
}

impl Axes {
    /// Puts an axis where y is walked forwards: the largest steps outermost.
    pub(super) fn insert(&mut self, axis: Axis) {
        if axis.size > 1 {
            let list = &self.list[..self.count];
            let place = list.iter().position(|other| (other.to, other.from) < (axis.to, axis.from));
            let place = place.unwrap_or(self.count);
            self.list.copy_within(place..self.count, place + 1);
            self.list[place] = axis;
            self.count += 1;
        }
    }

    /// The last place of the walk, if it can be counted.
    pub(super) fn end(&self, step: impl Fn(&Axis) -> usize, offset: usize) -> Option<usize> {
        let mut axes = self.list[..self.count].iter();
        axes.try_fold(offset, |end, axis| end.checked_add((axis.size - 1).checked_mul(step(axis))?))
    }

    /// Makes one axis of two that are walked like one.
    pub(super) fn merge(&mut self) {
        let mut count = 0;
        for at in 0..self.count {
            let axis = self.list[at];
            let outer = if count == 0 { Axis::ONE } else { self.list[count - 1] };
            let continues = |outer: usize, inner: usize| axis.size.checked_mul(inner) == Some(outer);
            if count > 0 && continues(outer.from, axis.from) && continues(outer.to, axis.to) {
                self.list[count - 1] = Axis { size: outer.size * axis.size, ..axis };
            } else {
                self.list[count] = axis;
                count += 1;
            }
        }
        self.list[count..].fill(Axis::ONE);
        self.count = count;
    }

    /// How many values the loop moves.
    pub(super) fn elements(&self) -> usize {
        self.list[..self.count].iter().map(|axis| axis.size).product()
    }
}
