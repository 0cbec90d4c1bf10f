//! The product of two matrices, behind one interface: c = start + a b, with `max(c, 0)` where asked.
//!
//! The result is cut into a fixed grid of tiles. Every tile's sum runs over the depth in the same order whoever computes
//! it, so threads share the grid out and the bits stay the same. Where b is used by many rows, or lies the wrong way
//! round for vectors, a panel of it is copied to the stack first; nothing is ever allocated.

use core::mem::MaybeUninit;
use core::ops::Range;

use super::Write;
use super::parallel;
use super::processor::Processor;
use super::tile::{Dots, Pack, Start, Tile};
use super::vector::Vector;
use crate::element::Element;

/// A view of a matrix. Strides count elements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix<'a, T> {
    elements: &'a [T],
    /// From one row to the next, and from one column to the next.
    row: usize,
    column: usize,
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

    #[cfg(feature = "matrixmultiply")]
    pub(super) fn pointer_and_strides(self) -> (*const T, [usize; 2]) {
        (self.elements.as_ptr(), [self.row, self.column])
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        rows == 0 || columns == 0 || (rows - 1) * self.row + (columns - 1) * self.column < self.elements.len()
    }
}

/// c = a b, where a is `rows` by `depth` and b is `depth` by `columns`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product<'a, T> {
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

/// Computes the product into c, whose rows follow each other.
pub(super) fn product<T: Element>(mut p: Product<'_, T>, c: &mut [T]) {
    assert!(p.a.holds(p.rows, p.depth) && p.b.holds(p.depth, p.columns), "a factor is too short");
    assert_eq!(c.len(), p.rows * p.columns, "the result has another size");
    if let Some(bias) = p.bias {
        assert_eq!(bias.len(), p.columns, "one bias for each column");
    }
    if p.columns == 1 && p.rows > 1 {
        // A column is computed as a row, so that vectors run along it.
        if let Some(bias) = p.bias {
            c.fill(bias[0]);
            p.write = Write::Add;
            p.bias = None;
        }
        (p.a, p.b) = (p.b.transposed(), p.a.transposed());
        (p.rows, p.columns) = (p.columns, p.rows);
    }
    if c.is_empty() {
        return;
    }
    match Processor::detect() {
        #[cfg(feature = "matrixmultiply")]
        Processor::Portable if p.rows * p.depth * p.columns >= LARGE => {
            super::fallback::product(&p, c);
        }
        Processor::Portable => run::<T::Portable>(&p, c),
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 => run::<T::Avx2>(&p, c),
        #[cfg(target_arch = "x86_64")]
        Processor::Avx512 => run::<T::Avx512>(&p, c),
    }
}

/// Products of as many multiplications go to matrixmultiply where we have no kernels for the processor.
#[cfg(feature = "matrixmultiply")]
const LARGE: usize = 1 << 18;

/// Multiplications that a thread is worth waking for, about 10 µs of work.
const GRAIN: usize = 1 << 20;

/// Rows of c above which b is copied into panels: fewer rows would not use the copy often enough.
const PACKED_ROWS: usize = 16;

/// Bytes of b that the first-level cache holds without being copied.
const CACHED: usize = 1 << 15;

/// Where a panel of b is copied to: as much as the first-level cache holds beside the rest.
#[repr(align(64))]
struct Panel {
    _bytes: [u8; 1 << 15],
}

/// A product and its grid of tiles.
struct Grid<'a, V: Vector> {
    product: &'a Product<'a, V::Element>,
    c: *mut V::Element,
    start: Start<V::Element>,
    /// Vectors in a row of c, in so many panels.
    vectors: usize,
    panels: usize,
    packed: bool,
}

// SAFETY: Threads share a grid only to compute tiles that do not overlap, and all that they share else is read.
unsafe impl<V: Vector> Sync for Grid<'_, V> {}

/// Computes the product with vectors of one kind, which the processor must have.
fn run<V: Vector>(p: &Product<'_, V::Element>, c: &mut [V::Element]) {
    let vectors = p.columns.div_ceil(V::LANES);
    let start = match (p.bias, p.write) {
        (Some(bias), _) => Start::Bias(bias.as_ptr()),
        (None, Write::Set) => Start::Zero,
        (None, Write::Add) => Start::Existing,
    };
    let turned = p.b.column != 1 && V::LANES > 1;
    if turned && p.rows <= 4 {
        return run_dots::<V>(p, start, c);
    }
    let bytes = p.depth * p.columns * size_of::<V::Element>();
    let packed = turned || (V::LANES > 1 && p.rows > PACKED_ROWS && bytes > CACHED);
    let grid =
        Grid::<V> { product: p, c: c.as_mut_ptr(), start, vectors, panels: vectors.div_ceil(V::VECTORS), packed };
    let rows = p.rows.div_ceil(V::ROWS);
    if parallel::threads() && p.rows * p.depth * p.columns >= 4 * GRAIN {
        grid.share(0..grid.panels, 0..rows);
    } else {
        grid.compute(0..grid.panels, 0..rows);
    }
}

impl<V: Vector> Grid<'_, V> {
    /// Computes some panels of some rows of tiles, halved among threads while that is worth it.
    fn share(&self, panels: Range<usize>, rows: Range<usize>) {
        let columns = panels.len() * V::VECTORS * V::LANES;
        if columns * rows.len() * V::ROWS * self.product.depth <= GRAIN || panels.len() * rows.len() == 1 {
            return self.compute(panels, rows);
        }
        // Panels are split first: a panel's copy is then made only once.
        if panels.len() > 1 {
            let middle = panels.start + panels.len() / 2;
            parallel::join(
                || self.share(panels.start..middle, rows.clone()),
                || self.share(middle..panels.end, rows.clone()),
            );
        } else {
            let middle = rows.start + rows.len() / 2;
            parallel::join(
                || self.share(panels.clone(), rows.start..middle),
                || self.share(panels.clone(), middle..rows.end),
            );
        }
    }

    /// Computes some panels of some rows of tiles.
    fn compute(&self, panels: Range<usize>, rows: Range<usize>) {
        let p = self.product;
        if !self.packed {
            for panel in panels {
                let (first, vectors) = self.panel(panel);
                // SAFETY: The panel's first column exists, for `panel` rounds down.
                let b = unsafe { p.b.elements.as_ptr().add(first * V::LANES * p.b.column) };
                self.column(first, vectors, rows.clone(), 0..p.depth, b, p.b.row, V::LANES * p.b.column);
            }
            return;
        }
        let mut buffer = MaybeUninit::<Panel>::uninit();
        let buffer = buffer.as_mut_ptr().cast::<V::Element>();
        let most = size_of::<Panel>() / size_of::<V::Element>() / (V::VECTORS * V::LANES);
        // Blocks of the depth, as even as they can be.
        let blocks = p.depth.div_ceil(most).max(1);
        for block in 0..blocks {
            let depth = block * p.depth / blocks..(block + 1) * p.depth / blocks;
            for panel in panels.clone() {
                let (first, vectors) = self.panel(panel);
                let columns = (vectors * V::LANES).min(p.columns - first * V::LANES);
                // SAFETY: The panel's elements are b's, and the buffer has room for `most` rows of the widest panel.
                unsafe {
                    V::pack(&Pack {
                        depth: depth.len(),
                        columns,
                        b: p.b.elements.as_ptr().add(depth.start * p.b.row + first * V::LANES * p.b.column),
                        b_row: p.b.row,
                        b_column: p.b.column,
                        to: buffer,
                    });
                }
                self.column(first, vectors, rows.clone(), depth.clone(), buffer, vectors * V::LANES, V::LANES);
            }
        }
    }

    /// A panel's first vector and its number of vectors: as even as they can be.
    fn panel(&self, panel: usize) -> (usize, usize) {
        let first = panel * self.vectors / self.panels;
        (first, (panel + 1) * self.vectors / self.panels - first)
    }

    /// Computes one column of tiles over part of the depth, with the given panel of b.
    fn column(
        &self,
        first: usize,
        vectors: usize,
        rows: Range<usize>,
        depth: Range<usize>,
        b: *const V::Element,
        b_row: usize,
        b_vector: usize,
    ) {
        let p = self.product;
        let end = ((first + vectors) * V::LANES).min(p.columns);
        let lanes = end - (first + vectors - 1) * V::LANES;
        let mut row = rows.start * V::ROWS;
        let last_row = (rows.end * V::ROWS).min(p.rows);
        while row < last_row {
            let height = tile_height(last_row - row).min(V::ROWS);
            // SAFETY: The rows, columns and terms are inside a, b and c, whose sizes `product` checked, and no other
            // thread has this tile.
            unsafe {
                let column = first * V::LANES;
                let tile = Tile::<V> {
                    depth: depth.len(),
                    a: p.a.elements.as_ptr().wrapping_add(row * p.a.row + depth.start * p.a.column),
                    a_row: p.a.row,
                    a_column: p.a.column,
                    b,
                    b_row,
                    b_vector,
                    c: self.c.add(row * p.columns + column),
                    c_row: p.columns,
                    last: V::mask(lanes),
                    whole: lanes == V::LANES,
                    padded: self.packed,
                    start: match self.start {
                        _ if depth.start > 0 => Start::Existing,
                        Start::Bias(bias) => Start::Bias(bias.add(column)),
                        start => start,
                    },
                    relu: p.relu && depth.end == p.depth,
                };
                multiply(height, vectors, &tile);
            }
            row += height;
        }
    }
}

/// The largest height of a tile that does not reach beyond so many rows.
fn tile_height(rows: usize) -> usize {
    match rows {
        8.. => 8,
        4.. => 4,
        2.. => 2,
        _ => 1,
    }
}

/// One tile, by the function compiled for its size. Small tiles are summed in parts, to have about 8 sums at work.
///
/// # Safety
///
/// As for [`tile::multiply`](super::tile::multiply).
unsafe fn multiply<V: Vector>(height: usize, vectors: usize, tile: &Tile<V>) {
    // SAFETY: The caller keeps the contract.
    unsafe {
        match (height, vectors) {
            (8, 3) if V::ROWS >= 8 => V::multiply::<8, 3, 1>(tile),
            (8, 2) if V::ROWS >= 8 => V::multiply::<8, 2, 1>(tile),
            (8, 1) if V::ROWS >= 8 => V::multiply::<8, 1, 1>(tile),
            (4, 3) if V::ROWS >= 4 && V::VECTORS >= 3 => V::multiply::<4, 3, 1>(tile),
            (4, 2) if V::ROWS >= 4 => V::multiply::<4, 2, 1>(tile),
            (4, 1) if V::ROWS >= 4 => V::multiply::<4, 1, 2>(tile),
            (2, 3) if V::VECTORS >= 3 => V::multiply::<2, 3, 1>(tile),
            (2, 2) => V::multiply::<2, 2, 2>(tile),
            (2, 1) => V::multiply::<2, 1, 4>(tile),
            (1, 3) if V::VECTORS >= 3 => V::multiply::<1, 3, 2>(tile),
            (1, 2) => V::multiply::<1, 2, 4>(tile),
            (1, 1) => V::multiply::<1, 1, 8>(tile),
            _ => unreachable!("no tile of {height} rows and {vectors} vectors"),
        }
    }
}

/// Few rows of a against many columns of b that are contiguous downwards: every element of c is a dot product.
fn run_dots<V: Vector>(p: &Product<'_, V::Element>, start: Start<V::Element>, c: &mut [V::Element]) {
    assert!(p.b.row == 1 || p.depth <= 1, "b's columns are contiguous");
    assert!(p.a.column == 1 || p.depth <= 1, "a's rows are contiguous");
    let mut row = 0;
    while row < p.rows {
        let height = tile_height(p.rows - row).min(4);
        let mut column = 0;
        while column < p.columns {
            let width = if p.columns - column >= 4 { 4 } else { 1 };
            // SAFETY: The rows and columns are inside a, b and c, whose sizes `product` checked.
            unsafe {
                let dots = Dots::<V> {
                    depth: p.depth,
                    a: p.a.elements.as_ptr().add(row * p.a.row),
                    a_row: p.a.row,
                    b: p.b.elements.as_ptr().add(column * p.b.column),
                    b_row: p.b.column,
                    c: c.as_mut_ptr().add(row * p.columns + column),
                    c_row: p.columns,
                    start: match start {
                        Start::Bias(bias) => Start::Bias(bias.add(column)),
                        start => start,
                    },
                    relu: p.relu,
                };
                match (height, width) {
                    (4, 4) => V::dots::<4, 4>(&dots),
                    (4, _) => V::dots::<4, 1>(&dots),
                    (2, 4) => V::dots::<2, 4>(&dots),
                    (2, _) => V::dots::<2, 1>(&dots),
                    (_, 4) => V::dots::<1, 4>(&dots),
                    _ => V::dots::<1, 1>(&dots),
                }
            }
            column += width;
        }
        row += height;
    }
}
