//! A product computed tile by tile, with vectors of one kind.
//!
//! The result is cut into a fixed grid of tiles. Every tile's sum runs over the depth in the same order whoever computes
//! it, so threads share the grid out and the bits stay the same. Where b is used by many rows, or lies the wrong way
//! round for vectors, a panel of it is copied to the stack first; nothing is ever allocated.

use core::mem::MaybeUninit;
use core::ops::Range;

use super::Write;
use super::parallel;
use super::product::Product;
use super::tile::{Dots, Pack, Start, Tile};
use super::vector::Vector;

/// Multiplications that a thread gets at least: about 30 µs of work with AVX-512.
const GRAIN: usize = 1 << 22;

/// Rows of c above which b is copied into panels: fewer rows would not use the copy often enough.
const PACKED_ROWS: usize = 16;

/// Vectors in a tile of one row. It reads each element of b once, from far away if b is large, so the longer the pieces
/// that follow each other in memory, the better.
const WIDE: usize = 8;

/// Bytes of b that the first-level cache holds without being copied.
const CACHED: usize = 1 << 15;

/// Where a panel of b is copied to: as much as the first-level cache holds beside the rest.
#[repr(align(64))]
struct Panel {
    _bytes: [u8; 1 << 15],
}

/// A product and its grid of tiles. Only [`run`] makes one, so all of this is inside the matrices.
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

/// Computes the product with vectors of one kind.
///
/// # Safety
///
/// The processor has the vector's features; a, b and the bias hold the product's elements, and c its result.
pub(super) unsafe fn run<V: Vector>(p: &Product<'_, V::Element>, c: &mut [V::Element]) {
    let vectors = p.columns.div_ceil(V::LANES);
    let start = match (p.bias, p.write) {
        (Some(bias), _) => Start::Bias(bias.as_ptr()),
        (None, Write::Set) => Start::Zero,
        (None, Write::Add) => Start::Existing,
    };
    let turned = p.b.column != 1 && V::LANES > 1;
    if turned && p.rows <= 4 && (p.a.column == 1 || p.depth == 1) {
        return run_dots::<V>(p, start, c);
    }
    let bytes = p.depth * p.columns * size_of::<V::Element>();
    // A copy also spares the masks of a last vector that is not whole.
    let worthwhile = bytes > CACHED || !p.columns.is_multiple_of(V::LANES);
    let packed = turned || (V::LANES > 1 && p.rows > PACKED_ROWS && worthwhile);
    let widest = if p.rows == 1 && V::LANES > 1 { WIDE } else { V::VECTORS };
    let grid = Grid::<V> { product: p, c: c.as_mut_ptr(), start, vectors, panels: vectors.div_ceil(widest), packed };
    let rows = p.rows.div_ceil(V::ROWS);
    if parallel::threads() && p.rows * p.depth * p.columns > 2 * GRAIN {
        grid.share(0..grid.panels, 0..rows);
    } else {
        grid.compute(0..grid.panels, 0..rows);
    }
}

impl<V: Vector> Grid<'_, V> {
    /// Computes some panels of some rows of tiles, halved among threads while that is worth it.
    fn share(&self, panels: Range<usize>, rows: Range<usize>) {
        let columns = panels.len() * self.vectors.div_ceil(self.panels) * V::LANES;
        if columns * rows.len() * V::ROWS * self.product.depth <= 2 * GRAIN || panels.len() * rows.len() == 1 {
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
        // Scalars are never packed: on a microcontroller the code for it, and its stack, are left out.
        if self.packed && V::LANES > 1 {
            return self.compute_packed(panels, rows);
        }
        let b = self.product.b;
        for panel in panels {
            let (first, vectors) = self.panel(panel);
            let start = b.elements.as_ptr().wrapping_add(first * V::LANES * b.column);
            let depth = 0..self.product.depth;
            self.column(first, vectors, rows.clone(), depth, start, b.row, V::LANES * b.column);
        }
    }

    /// The same, with copies of the panels. Its buffer stands on no other function's stack.
    #[inline(never)]
    fn compute_packed(&self, panels: Range<usize>, rows: Range<usize>) {
        let p = self.product;
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
                let start = depth.start * p.b.row + first * V::LANES * p.b.column;
                // SAFETY: The panel's elements are b's, and the buffer has room for `most` rows of the widest panel,
                // for more than four rows of c never have a wider one.
                unsafe {
                    V::pack(&Pack {
                        depth: depth.len(),
                        columns,
                        b: p.b.elements.as_ptr().wrapping_add(start),
                        b_row: p.b.row,
                        b_column: p.b.column,
                        to: buffer,
                    });
                }
                let (b_row, b_vector) = (vectors * V::LANES, V::LANES);
                self.column(first, vectors, rows.clone(), depth.clone(), buffer, b_row, b_vector);
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
            let height = tile_height(last_row - row, V::ROWS);
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
fn tile_height(rows: usize, most: usize) -> usize {
    match rows {
        _ if rows >= most => most,
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
            (8, 3) if V::ROWS == 8 => V::multiply::<8, 3, 1>(tile),
            (8, 2) if V::ROWS == 8 => V::multiply::<8, 2, 1>(tile),
            (8, 1) if V::ROWS == 8 => V::multiply::<8, 1, 1>(tile),
            (6, 2) if V::ROWS == 6 => V::multiply::<6, 2, 1>(tile),
            (6, 1) if V::ROWS == 6 => V::multiply::<6, 1, 2>(tile),
            (4, 3) if V::VECTORS >= 3 => V::multiply::<4, 3, 1>(tile),
            (4, 2) if V::ROWS >= 4 => V::multiply::<4, 2, 1>(tile),
            (4, 1) if V::ROWS >= 4 => V::multiply::<4, 1, 2>(tile),
            (2, 3) if V::VECTORS >= 3 => V::multiply::<2, 3, 1>(tile),
            (2, 2) => V::multiply::<2, 2, 2>(tile),
            (2, 1) => V::multiply::<2, 1, 4>(tile),
            (1, 8) if V::LANES > 1 => V::multiply::<1, 8, 1>(tile),
            (1, 7) if V::LANES > 1 => V::multiply::<1, 7, 1>(tile),
            (1, 6) if V::LANES > 1 => V::multiply::<1, 6, 1>(tile),
            (1, 5) if V::LANES > 1 => V::multiply::<1, 5, 2>(tile),
            (1, 4) if V::LANES > 1 => V::multiply::<1, 4, 2>(tile),
            (1, 3) if V::LANES > 1 => V::multiply::<1, 3, 2>(tile),
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
        let height = tile_height(p.rows - row, 4);
        let mut column = 0;
        while column < p.columns {
            let width = if p.columns - column >= 4 { 4 } else { 1 };
            // SAFETY: The rows and columns are inside a, b and c, whose sizes `product` checked.
            unsafe {
                let dots = Dots::<V> {
                    depth: p.depth,
                    a: p.a.elements.as_ptr().wrapping_add(row * p.a.row),
                    a_row: p.a.row,
                    b: p.b.elements.as_ptr().wrapping_add(column * p.b.column),
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
