//! The innermost loops of a product, generic over the vector and written once.
//!
//! A tile of the result stays in registers while the sum runs: for each p one row of b is loaded, one element of a is
//! broadcast, and their product is added.
#![allow(clippy::inline_always, reason = "takes over its caller's processor features")]

use super::vector::Vector;

/// What the sums of a product start from.
#[derive(Clone, Copy, Debug)]
pub enum Start<T> {
    /// 0.
    Zero,
    /// One value for each column, the same in every row.
    Bias(*const T),
    /// What is there.
    Existing,
}

/// A tile: c = start + a b, then `max(c, 0)` where asked. All strides count elements.
#[derive(Debug)]
pub struct Tile<V: Vector> {
    /// Terms of each sum.
    pub depth: usize,
    /// The first element of a, and the way to its next row and column.
    pub a: *const V::Element,
    pub a_row: usize,
    pub a_column: usize,
    /// The first element of b, the way to its next row, and to the next vector in a row.
    pub b: *const V::Element,
    pub b_row: usize,
    pub b_vector: usize,
    /// The first element of c and the way to its next row.
    pub c: *mut V::Element,
    pub c_row: usize,
    /// The lanes of a row's last vector that exist; `whole` when all do.
    pub last: V::Mask,
    pub whole: bool,
    /// Whether b's last vector can be loaded whole all the same, because b is packed and padded.
    pub padded: bool,
    pub start: Start<V::Element>,
    pub relu: bool,
}

/// One tile of `ROWS` rows and `VECTORS` vectors.
///
/// A tile too small to keep the arithmetic units busy is summed in `SUMS` parts, term p in part p mod `SUMS`.
///
/// # Safety
///
/// As for [`Vector`]; a, b, c (and the bias) reach the tile's elements, and nobody else uses c's.
#[inline(always)]
pub(super) unsafe fn multiply<V: Vector, const ROWS: usize, const VECTORS: usize, const SUMS: usize>(t: &Tile<V>) {
    // SAFETY: The caller keeps the contract, and every access below is inside the tile that it describes.
    unsafe {
        let zero = V::splat(<V::Element as crate::element::Element>::ZERO);
        let mut sums = [[[zero; VECTORS]; ROWS]; SUMS];
        match t.start {
            Start::Zero => {}
            Start::Bias(bias) => {
                for v in 0..VECTORS {
                    let bias = load(t, v == VECTORS - 1 && !t.whole, bias.add(v * V::LANES));
                    for row in &mut sums[0] {
                        row[v] = bias;
                    }
                }
            }
            Start::Existing => {
                for (r, row) in sums[0].iter_mut().enumerate() {
                    for (v, sum) in row.iter_mut().enumerate() {
                        let from = t.c.add(r * t.c_row + v * V::LANES);
                        *sum = load(t, v == VECTORS - 1 && !t.whole, from);
                    }
                }
            }
        }

        let parts = t.depth / SUMS * SUMS;
        if t.whole || t.padded {
            let mut p = 0;
            while p < parts {
                for (part, sum) in sums.iter_mut().enumerate() {
                    add_term::<V, ROWS, VECTORS, false>(t, p + part, sum);
                }
                p += SUMS;
            }
            for p in parts..t.depth {
                add_term::<V, ROWS, VECTORS, false>(t, p, &mut sums[0]);
            }
        } else {
            let mut p = 0;
            while p < parts {
                for (part, sum) in sums.iter_mut().enumerate() {
                    add_term::<V, ROWS, VECTORS, true>(t, p + part, sum);
                }
                p += SUMS;
            }
            for p in parts..t.depth {
                add_term::<V, ROWS, VECTORS, true>(t, p, &mut sums[0]);
            }
        }

        for r in 0..ROWS {
            for v in 0..VECTORS {
                let mut sum = sums[0][r][v];
                for part in &sums[1..] {
                    sum = sum.add(part[r][v]);
                }
                if t.relu {
                    sum = sum.relu();
                }
                let to = t.c.add(r * t.c_row + v * V::LANES);
                if v == VECTORS - 1 && !t.whole {
                    sum.store_masked(to, t.last);
                } else {
                    sum.store(to);
                }
            }
        }
    }
}

/// sum += column p of a · row p of b.
///
/// # Safety
///
/// As for [`multiply`].
#[inline(always)]
unsafe fn add_term<V: Vector, const ROWS: usize, const VECTORS: usize, const MASKED: bool>(
    t: &Tile<V>,
    p: usize,
    sum: &mut [[V; VECTORS]; ROWS],
) {
    // SAFETY: The caller keeps the contract, and p is less than the depth.
    unsafe {
        let b = t.b.add(p * t.b_row);
        let row: [V; VECTORS] = core::array::from_fn(|v| load(t, MASKED && v == VECTORS - 1, b.add(v * t.b_vector)));
        let a = t.a.add(p * t.a_column);
        for (r, sum) in sum.iter_mut().enumerate() {
            let a = V::splat(*a.add(r * t.a_row));
            for (sum, b) in sum.iter_mut().zip(row) {
                *sum = a.mul_add(b, *sum);
            }
        }
    }
}

/// A vector, or the lanes of the tile's last one.
///
/// # Safety
///
/// As for [`Vector`].
#[inline(always)]
unsafe fn load<V: Vector>(t: &Tile<V>, masked: bool, from: *const V::Element) -> V {
    // SAFETY: The caller keeps the contract.
    unsafe { if masked { V::load_masked(from, t.last) } else { V::load(from) } }
}

/// Dot products of rows of a with rows of b, both contiguous: c = start + a bᵀ.
#[derive(Debug)]
pub struct Dots<V: Vector> {
    /// Terms of each sum.
    pub depth: usize,
    /// The first element of a and the way to its next row.
    pub a: *const V::Element,
    pub a_row: usize,
    /// The first element of b and the way to its next row.
    pub b: *const V::Element,
    pub b_row: usize,
    /// The first element of c and the way to its next row.
    pub c: *mut V::Element,
    pub c_row: usize,
    pub start: Start<V::Element>,
    pub relu: bool,
}

/// `ROWS` rows of a by `COLUMNS` rows of b.
///
/// # Safety
///
/// As for [`multiply`].
#[inline(always)]
pub(super) unsafe fn dots<V: Vector, const ROWS: usize, const COLUMNS: usize>(t: &Dots<V>) {
    // SAFETY: The caller keeps the contract, and every access below is inside what it describes.
    unsafe {
        let mut sums = [[V::splat(<V::Element as crate::element::Element>::ZERO); COLUMNS]; ROWS];
        let whole = t.depth / V::LANES * V::LANES;
        let mut p = 0;
        while p < whole {
            let b: [V; COLUMNS] = core::array::from_fn(|j| V::load(t.b.add(j * t.b_row + p)));
            for (i, sum) in sums.iter_mut().enumerate() {
                let a = V::load(t.a.add(i * t.a_row + p));
                for (sum, b) in sum.iter_mut().zip(b) {
                    *sum = a.mul_add(b, *sum);
                }
            }
            p += V::LANES;
        }
        if p < t.depth {
            let mask = V::mask(t.depth - p);
            let b: [V; COLUMNS] = core::array::from_fn(|j| V::load_masked(t.b.add(j * t.b_row + p), mask));
            for (i, sum) in sums.iter_mut().enumerate() {
                let a = V::load_masked(t.a.add(i * t.a_row + p), mask);
                for (sum, b) in sum.iter_mut().zip(b) {
                    *sum = a.mul_add(b, *sum);
                }
            }
        }
        for (i, row) in sums.into_iter().enumerate() {
            for (j, sum) in row.into_iter().enumerate() {
                let c = t.c.add(i * t.c_row + j);
                let start = match t.start {
                    Start::Zero => <V::Element as crate::element::Element>::ZERO,
                    Start::Bias(bias) => *bias.add(j),
                    Start::Existing => *c,
                };
                let sum = start + sum.sum();
                let negative = sum < <V::Element as crate::element::Element>::ZERO;
                *c = if t.relu && negative { <V::Element as crate::element::Element>::ZERO } else { sum };
            }
        }
    }
}

/// Copies a panel of b, some columns of some rows, so that its rows follow each other and are padded with zeros to
/// whole vectors.
#[derive(Debug)]
pub struct Pack<V: Vector> {
    /// Rows and columns of the panel.
    pub depth: usize,
    pub columns: usize,
    /// The panel's first element in b, and the way to its next row and column; one of the two is 1.
    pub b: *const V::Element,
    pub b_row: usize,
    pub b_column: usize,
    /// Where the copy goes.
    pub to: *mut V::Element,
}

/// # Safety
///
/// As for [`Vector`]; b reaches the panel, and `to` has room for `depth` rows of whole vectors.
#[inline(always)]
pub(super) unsafe fn pack<V: Vector>(t: &Pack<V>) {
    let width = t.columns.div_ceil(V::LANES) * V::LANES;
    // SAFETY: The caller keeps the contract, and every access below is inside what it describes.
    unsafe {
        if t.b_column == 1 {
            let whole = t.columns / V::LANES * V::LANES;
            let rest = V::mask(t.columns - whole);
            for p in 0..t.depth {
                let (from, to) = (t.b.add(p * t.b_row), t.to.add(p * width));
                let mut j = 0;
                while j < whole {
                    V::load(from.add(j)).store(to.add(j));
                    j += V::LANES;
                }
                if j < width {
                    V::load_masked(from.add(j), rest).store(to.add(j));
                }
            }
        } else {
            let mut j = 0;
            while j < width {
                let lanes = (t.columns - j).min(V::LANES);
                let from = t.b.add(j * t.b_column);
                let mut p = 0;
                while p < t.depth {
                    let rows = (t.depth - p).min(V::LANES);
                    transpose::<V>(from.add(p), t.b_column, lanes, rows, t.to.add(p * width + j), width);
                    p += V::LANES;
                }
                j += V::LANES;
            }
        }
    }
}

/// Writes a block of at most `LANES` by `LANES` elements transposed, padded with zeros to `LANES` columns.
///
/// By perfect shuffles: zipping vector i with vector i + `LANES` / 2, log₂ `LANES` times, moves row to column.
///
/// # Safety
///
/// As for [`Vector`]; `from` reaches `rows` rows of `columns` elements, and `to` has room for `columns` vectors.
#[inline(always)]
unsafe fn transpose<V: Vector>(
    from: *const V::Element,
    from_row: usize,
    rows: usize,
    columns: usize,
    to: *mut V::Element,
    to_row: usize,
) {
    /// The most lanes that a vector has.
    const MOST: usize = 16;
    // SAFETY: The caller keeps the contract; loops over `LANES` vectors stay inside the array.
    unsafe {
        let mut block = [V::splat(<V::Element as crate::element::Element>::ZERO); MOST];
        let mask = V::mask(columns);
        for (r, vector) in block.iter_mut().enumerate().take(V::LANES) {
            if r < rows {
                *vector = V::load_masked(from.add(r * from_row), mask);
            }
        }
        let mut step = 1;
        while step < V::LANES {
            let old = block;
            for i in 0..V::LANES / 2 {
                (block[2 * i], block[2 * i + 1]) = old[i].zip(old[i + V::LANES / 2]);
            }
            step *= 2;
        }
        for (c, vector) in block.into_iter().enumerate().take(V::LANES) {
            if c < columns {
                vector.store(to.add(c * to_row));
            }
        }
    }
}
