//! The product of two matrices, behind one interface: c = start + a b, with `max(c, 0)` where asked.

use super::Write;
use super::compiled::compiled;
#[cfg(feature = "matrixmultiply")]
use super::fallback;
use super::grid;
use super::processor::Processor;
use crate::element::Element;

/// A view of a matrix. Strides count elements.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    pub(super) elements: &'a [T],
    /// From one row to the next, and from one column to the next.
    pub(super) row: usize,
    pub(super) column: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// Rows of `width` elements that follow each other.
    pub(super) fn rows(elements: &'a [T], width: usize) -> Self {
        Self { elements, row: width, column: 1 }
    }

    /// The same element everywhere.
    pub(super) fn constant(element: &'a T) -> Self {
        Self { elements: core::slice::from_ref(element), row: 0, column: 0 }
    }

    pub(super) fn transposed(self) -> Self {
        Self { elements: self.elements, row: self.column, column: self.row }
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        let last = |count: usize, stride: usize| (count - 1).checked_mul(stride);
        let end = || last(rows, self.row)?.checked_add(last(columns, self.column)?);
        rows == 0 || columns == 0 || end().is_some_and(|end| end < self.elements.len())
    }
}

/// c = a b, where a is `rows` by `depth` and b is `depth` by `columns`.
#[derive(Clone, Copy, Debug)]
pub struct Product<'a, T> {
    pub(super) rows: usize,
    pub(super) depth: usize,
    pub(super) columns: usize,
    pub(super) a: Matrix<'a, T>,
    pub(super) b: Matrix<'a, T>,
    /// One value for each column, added to the product. Goes with [`Write::Set`].
    pub(super) bias: Option<&'a [T]>,
    pub(super) write: Write,
    /// Whether `max(·, 0)` is applied to the result.
    pub(super) relu: bool,
}

/// Whether the slice is a matrix of that size. A product that overflows is no size of any slice.
pub(super) fn has_size<T>(elements: &[T], rows: usize, columns: usize) -> bool {
    rows.checked_mul(columns) == Some(elements.len())
}

compiled! {
    /// Computes the product into c, whose rows follow each other.
    pub(super) fn product<T: Element>(p: &Product<'_, T>, c: &mut [T]) {
        assert!(p.a.holds(p.rows, p.depth) && p.b.holds(p.depth, p.columns), "a factor is too short");
        assert!(has_size(c, p.rows, p.columns), "the result has another size");
        if let Some(bias) = p.bias {
            assert_eq!(bias.len(), p.columns, "one bias for each column");
        }
        let mut turned;
        let p = if p.columns == 1 && p.rows > 1 {
            // A column is computed as a row, so that vectors run along it.
            turned = Product { rows: 1, columns: p.rows, a: p.b.transposed(), b: p.a.transposed(), ..*p };
            if let Some(bias) = turned.bias.take() {
                c.fill(bias[0]);
                turned.write = Write::Add;
            }
            &turned
        } else {
            p
        };
        if c.is_empty() {
            return;
        }
        // SAFETY: The processor was found to have these features, and the sizes were checked.
        unsafe {
            match Processor::detect() {
                #[cfg(feature = "matrixmultiply")]
                Processor::Portable if p.rows * p.depth * p.columns >= LARGE => {
                    fallback::product(p, c);
                }
                Processor::Portable => grid::run::<T::Portable>(p, c),
                #[cfg(target_arch = "x86_64")]
                Processor::Avx2 => grid::run::<T::Avx2>(p, c),
                #[cfg(target_arch = "x86_64")]
                Processor::Avx512 => grid::run::<T::Avx512>(p, c),
            }
        }
    }
}

/// Products of as many multiplications go to matrixmultiply where we have no kernels for the processor.
#[cfg(feature = "matrixmultiply")]
const LARGE: usize = 1 << 18;
