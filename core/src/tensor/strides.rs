//! Walks through the elements of an array in another order than theirs.

use crate::shape::MOST_AXES;

/// The sizes of a shape, or the distances between neighbours on its axes, with axes of size 1 put in front.
pub(super) type Axes = [usize; MOST_AXES];

/// `dims` as [`Axes`].
pub(super) fn padded(dims: &[usize]) -> Axes {
    let mut axes = [1; MOST_AXES];
    axes[MOST_AXES - dims.len()..].copy_from_slice(dims);
    axes
}

/// The distances between neighbours in a row-major array.
pub(super) fn strides(dims: Axes) -> Axes {
    let mut strides = [1; MOST_AXES];
    for axis in (0..MOST_AXES - 1).rev() {
        strides[axis] = strides[axis + 1] * dims[axis + 1];
    }
    strides
}

/// The distances in an array of shape `dims` that is stretched to a larger shape: 0 where it is repeated.
pub(super) fn stretched(dims: &[usize]) -> Axes {
    let dims = padded(dims);
    let mut strides = strides(dims);
    for axis in 0..MOST_AXES {
        if dims[axis] == 1 {
            strides[axis] = 0;
        }
    }
    strides
}

/// Offsets in an array, one for each index of `dims` in row-major order.
pub(super) struct Offsets {
    dims: Axes,
    strides: Axes,
    index: Axes,
    offset: usize,
    left: usize,
}

impl Offsets {
    /// The offsets from `start` on, with these distances.
    pub(super) fn new(dims: Axes, strides: Axes, start: usize) -> Self {
        Self { dims, strides, index: [0; MOST_AXES], offset: start, left: dims.iter().product() }
    }
}

impl Iterator for Offsets {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let offset = self.offset;
        for axis in (0..MOST_AXES).rev() {
            self.index[axis] += 1;
            self.offset += self.strides[axis];
            if self.index[axis] < self.dims[axis] {
                break;
            }
            self.offset -= self.strides[axis] * self.dims[axis];
            self.index[axis] = 0;
        }
        Some(offset)
    }
}

/// The sizes before an axis, of it, and after it, multiplied: an array is `before` blocks of `size` rows of `after`.
pub(super) fn around(dims: &[usize], axis: usize) -> (usize, usize, usize) {
    (dims[..axis].iter().product(), dims[axis], dims[axis + 1..].iter().product())
}
