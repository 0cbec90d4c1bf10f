//! Rows of a table by their numbers.

use super::Write;
use super::product::has_size;
use crate::element::Element;

/// yᵢ = table[indicesᵢ], rows of `width` values. An index that is no whole number in 0..rows gives a row of NaN.
///
/// The table is `[rows, width]`, y `[indices, width]`.
pub fn lookup<T: Element>(rows: usize, width: usize, indices: &[T], table: &[T], y: &mut [T]) {
    assert!(has_size(table, rows, width), "the table is [rows, width]");
    assert!(has_size(y, indices.len(), width), "y is [indices, width]");
    for (i, index) in indices.iter().enumerate() {
        let y = &mut y[i * width..][..width];
        match row_number(*index, rows) {
            Some(row) => y.copy_from_slice(&table[row * width..][..width]),
            None => y.fill(T::from_f64(f64::NAN)),
        }
    }
}

/// dtable[indicesᵢ] += dyᵢ. An index that is no whole number in 0..rows is passed over.
///
/// [`Write::Set`] starts from 0.
pub fn lookup_adjoint<T: Element>(rows: usize, width: usize, indices: &[T], dy: &[T], write: Write, dtable: &mut [T]) {
    assert!(has_size(dtable, rows, width), "dtable is [rows, width]");
    assert!(has_size(dy, indices.len(), width), "dy is [indices, width]");
    if write == Write::Set {
        dtable.fill(T::ZERO);
    }
    for (i, index) in indices.iter().enumerate() {
        if let Some(row) = row_number(*index, rows) {
            for (dtable, dy) in dtable[row * width..][..width].iter_mut().zip(&dy[i * width..][..width]) {
                *dtable += *dy;
            }
        }
    }
}

/// yᵢ = 1 at the place of indicesᵢ and 0 elsewhere; all 0 where the index is no whole number in 0..depth, as in Keras.
///
/// y is `[indices, depth]`.
pub fn one_hot<T: Element>(depth: usize, indices: &[T], y: &mut [T]) {
    assert!(has_size(y, indices.len(), depth), "y is [indices, depth]");
    y.fill(T::ZERO);
    for (i, index) in indices.iter().enumerate() {
        if let Some(place) = row_number(*index, depth) {
            y[i * depth + place] = T::ONE;
        }
    }
}

/// The index as a whole number less than `rows`, if it is one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the conversion back finds what is lost")]
fn row_number<T: Element>(index: T, rows: usize) -> Option<usize> {
    let row = index.to_f64() as usize;
    (row < rows && T::from_f64(row as f64) == index).then_some(row)
}
