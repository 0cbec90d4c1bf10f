//! Tensors as text, laid out as `NumPy` does it.

use core::fmt::{self, Display, Write};

use super::{Dtype, Tensor};
use crate::shape::Shape;

mod layout;

use layout::Layout;

/// A tensor of more elements is shortened.
const MOST_ELEMENTS: usize = 1000;
/// How many indices of a shortened axis are shown at each of its ends.
const EDGE: usize = 3;
/// A longer line is wrapped.
const LINE: usize = 75;
/// The most digits behind the point.
const PRECISION: usize = 8;

/// As `NumPy` prints an array, and below it the shape and the type.
///
/// Columns are aligned. Floats have as many digits as tell them apart from their neighbours, but at most eight behind
/// the point, or the number of them that formatting asks for (`{:.3}`); very large and very small ones turn all into
/// powers of ten. Of a tensor of more than 1000 elements the three first and last indices of each axis are shown, and
/// `...` between them.
///
/// ```
/// use katachi_core::tensor;
///
/// let x = tensor![[1.0, 2.5], [-3.25, 4.0]];
/// assert_eq!(x.to_string(), "[[ 1.    2.5 ]\n [-3.25  4.  ]]\nshape [2, 2], type f64");
/// ```
impl<S: Shape, T: Dtype> Display for Tensor<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = Page { values: self, shortened: S::SIZE > MOST_ELEMENTS, rank: S::DIMS.len() };
        let precision = f.precision().map_or(PRECISION, |precision| precision.min(PRECISION));
        let layout = Layout::new(precision, |see| page.each(S::DIMS, 0, see));
        page.write(f, &layout, S::DIMS, 0)?;
        write!(f, "\nshape {:?}, type {}", S::DIMS, T::NAME)
    }
}

/// What is printed.
struct Page<'a, T> {
    values: &'a [T],
    shortened: bool,
    rank: usize,
}

impl<T: Dtype> Page<'_, T> {
    /// The indices of an axis that are shown, `None` for the gap.
    fn indices(&self, size: usize) -> impl Iterator<Item = Option<usize>> + use<T> {
        let gap = if self.shortened && size > 2 * EDGE { EDGE..size - EDGE } else { size..size };
        let before = (0..gap.start).map(Some);
        let dots = (!gap.is_empty()).then_some(None);
        before.chain(dots).chain((gap.end..size).map(Some))
    }

    /// Calls a function with each element that is shown.
    fn each(&self, dims: &[usize], first: usize, function: &mut dyn FnMut(T)) {
        let [size, inner @ ..] = dims else { return function(self.values[first]) };
        let block: usize = inner.iter().product();
        for index in self.indices(*size).flatten() {
            self.each(inner, first + index * block, function);
        }
    }

    /// Writes the array of shape `dims` whose first element is `first`, brackets included.
    fn write(&self, f: &mut fmt::Formatter<'_>, layout: &Layout, dims: &[usize], first: usize) -> fmt::Result {
        let [size, inner @ ..] = dims else { return layout.write(f, self.values[first]) };
        let depth = self.rank - inner.len();
        f.write_char('[')?;
        let block: usize = inner.iter().product();
        let (limit, mut column) = (LINE - self.rank, depth);
        for (place, index) in self.indices(*size).enumerate() {
            if inner.is_empty() {
                let width = if index.is_some() { layout.width() } else { 3 };
                if place > 0 && column + width > limit {
                    write!(f, "\n{:depth$}", "")?;
                    column = depth;
                } else if place > 0 {
                    f.write_char(' ')?;
                }
                column += width + 1;
            } else if place > 0 {
                for _ in inner {
                    f.write_char('\n')?;
                }
                write!(f, "{:depth$}", "")?;
            }
            match index {
                None => f.write_str("...")?,
                Some(index) => self.write(f, layout, inner, first + index * block)?,
            }
        }
        f.write_char(']')
    }
}
