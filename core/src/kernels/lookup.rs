//! Rows of a table by their numbers.

use super::Write;
use super::parallel::{self, Rows};
use super::processor::per_processor;
use super::product::has_size;
use crate::element::Element;

/// Values that a thread takes at a time, about 15 µs of work.
const GRAIN: usize = 1 << 16;

/// Parts of a table that threads add to. Each looks at all indices, so they are few.
const PARTS: usize = 8;

/// `yᵢ = table[indicesᵢ]`, rows of `width` values. An index that is no whole number in 0..rows gives a row of NaN.
///
/// The table is `[rows, width]`, y `[indices, width]`. An index is exact up to 2²⁴ in `f32`.
pub fn lookup<T: Element>(rows: usize, width: usize, indices: &[T], table: &[T], y: &mut [T]) {
    assert!(has_size(table, rows, width), "the table is [rows, width]");
    assert!(has_size(y, indices.len(), width), "y is [indices, width]");
    if width > 0 {
        parallel::split((indices, Rows::new(width, y)), (GRAIN / width).max(1), &|_, (indices, y)| {
            lookup_piece(rows, width, indices, table, y.elements());
        });
    }
}

per_processor! {
    fn lookup_piece<T: Element>(rows: usize, width: usize, indices: &[T], table: &[T], y: &mut [T]) {
        for (index, y) in indices.iter().zip(y.chunks_exact_mut(width)) {
            match row_number(*index, rows) {
                Some(row) => y.copy_from_slice(&table[row * width..][..width]),
                None => y.fill(T::from_f64(f64::NAN)),
            }
        }
    }
}

/// `dtable[indicesᵢ] += dyᵢ`, in the order of the indices. One that is no whole number in 0..rows is passed over.
///
/// [`Write::Set`] starts from 0.
pub fn lookup_adjoint<T: Element>(rows: usize, width: usize, indices: &[T], dy: &[T], write: Write, dtable: &mut [T]) {
    assert!(has_size(dtable, rows, width), "dtable is [rows, width]");
    assert!(has_size(dy, indices.len(), width), "dy is [indices, width]");
    if dtable.is_empty() {
        return;
    }
    let grain = if dy.len() >= 2 * GRAIN { rows.div_ceil(PARTS) } else { rows };
    parallel::split(Rows::new(width, dtable), grain, &|first, part| {
        lookup_adjoint_piece(first, rows, width, indices, dy, write, part.elements());
    });
}

per_processor! {
    fn lookup_adjoint_piece<T: Element>(
        first: usize,
        rows: usize,
        width: usize,
        indices: &[T],
        dy: &[T],
        write: Write,
        part: &mut [T],
    ) {
        if write == Write::Set {
            part.fill(T::ZERO);
        }
        let own = part.len() / width;
        for (index, dy) in indices.iter().zip(dy.chunks_exact(width)) {
            // A row before the first one is far beyond the last.
            let row = row_number(*index, rows).map_or(own, |row| row.wrapping_sub(first));
            if row < own {
                for (part, dy) in part[row * width..][..width].iter_mut().zip(dy) {
                    *part += *dy;
                }
            }
        }
    }
}

/// yᵢ = 1 at the place of indicesᵢ and 0 elsewhere; all 0 where the index is no whole number in 0..depth, as in Keras.
///
/// y is `[indices, depth]`.
pub fn one_hot<T: Element>(depth: usize, indices: &[T], y: &mut [T]) {
    assert!(has_size(y, indices.len(), depth), "y is [indices, depth]");
    if depth > 0 {
        parallel::split((indices, Rows::new(depth, y)), (GRAIN / depth).max(1), &|_, (indices, y)| {
            one_hot_piece(depth, indices, y.elements());
        });
    }
}

per_processor! {
    fn one_hot_piece<T: Element>(depth: usize, indices: &[T], y: &mut [T]) {
        y.fill(T::ZERO);
        for (index, y) in indices.iter().zip(y.chunks_exact_mut(depth)) {
            if let Some(place) = row_number(*index, depth) {
                y[place] = T::ONE;
            }
        }
    }
}

/// The index as a whole number less than `rows`, if it is one.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the conversion back finds what is lost")]
#[inline(always)]
fn row_number<T: Element>(index: T, rows: usize) -> Option<usize> {
    let row = index.to_f64() as usize;
    (row < rows && T::from_f64(row as f64) == index).then_some(row)
}
