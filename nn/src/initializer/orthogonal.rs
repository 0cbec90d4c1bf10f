//! Random orthogonal matrices.

use alloc::{vec, vec::Vec};

use katachi_core::element::Element;

/// Lanes of a sum. Fixed, so that it has the same order, and the same bits, on every processor.
const LANES: usize = 8;

/// How often a column is cleared of those before it at most; twice is enough but for a column that depends on them.
const TIMES: usize = 3;

/// The Q of the QR decomposition of the matrix `[length, count]` whose columns lie one after the other, in its place;
/// `length` is at least `count`.
///
/// R has a positive diagonal, so Q is distributed uniformly where the matrix is of normal numbers (Mezzadri, 2007). By the
/// modified Gram–Schmidt process; where most of a column is lost it is done again (Rutishauser's criterion, as in Daniel
/// et al., 1976), so that the columns are orthogonal to the last digits.
pub fn orthogonalize(columns: &mut [f64], count: usize, length: usize) {
    for index in 0..count {
        let (done, rest) = columns.split_at_mut(index * length);
        let column = &mut rest[..length];
        let mut before = norm(column);
        for _ in 0..TIMES {
            for other in done.chunks_exact(length) {
                let part = dot(other, column);
                for (value, other) in column.iter_mut().zip(other) {
                    *value -= part * other;
                }
            }
            let after = norm(column);
            if after > 0.1 * before {
                break;
            }
            before = after;
        }
        let scale = 1.0 / norm(column).max(f64::MIN_POSITIVE);
        for value in column {
            *value *= scale;
        }
    }
}

/// The values of an orthogonal matrix `[rows, columns]`, row-major, from as many normal numbers.
pub fn orthogonal(rows: usize, columns: usize, mut draw: impl FnMut() -> f64) -> Vec<f64> {
    let (count, length) = (rows.min(columns), rows.max(columns));
    let mut q: Vec<f64> = (0..count * length).map(|_| draw()).collect();
    orthogonalize(&mut q, count, length);
    if rows <= columns {
        return q; // Its rows are orthogonal.
    }
    let mut matrix = vec![0.0; rows * columns];
    for (column, values) in q.chunks_exact(length).enumerate() {
        for (row, value) in values.iter().enumerate() {
            matrix[row * columns + column] = *value;
        }
    }
    matrix
}

fn norm(values: &[f64]) -> f64 {
    Element::sqrt(dot(values, values))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest difference of Qᵀ Q, or Q Qᵀ where there are more columns, from I.
    fn off(q: &[f64], rows: usize, columns: usize) -> f64 {
        let at = |row: usize, column: usize| q[row * columns + column];
        let mut worst = 0.0_f64;
        for i in 0..rows.min(columns) {
            for j in 0..rows.min(columns) {
                let product: f64 = if rows < columns {
                    (0..columns).map(|k| at(i, k) * at(j, k)).sum()
                } else {
                    (0..rows).map(|k| at(k, i) * at(k, j)).sum()
                };
                worst = worst.max((product - f64::from(u8::from(i == j))).abs());
            }
        }
        worst
    }

    #[test]
    fn columns_that_nearly_agree_become_orthogonal_to_the_last_digits() {
        // The Hilbert matrix, whose condition is beyond 1e13.
        let mut hilbert: Vec<f64> = (0..100).map(|k| 1.0 / f64::from(k / 10 + k % 10 + 1)).collect();
        orthogonalize(&mut hilbert, 10, 10);
        assert!(off(&hilbert, 10, 10) < 1e-13, "off by {:e}", off(&hilbert, 10, 10));
    }

    #[test]
    fn the_q_of_a_small_matrix_is_that_of_the_books() {
        // [[3, 1], [4, 2]] = Q R with R = [[5, 2.2], [0, 0.4]], from its columns.
        let mut columns = [3.0, 4.0, 1.0, 2.0];
        orthogonalize(&mut columns, 2, 2);
        for (value, expected) in columns.iter().zip([0.6, 0.8, -0.8, 0.6]) {
            assert!((value - expected).abs() < 1e-14, "{columns:?}");
        }
    }

    #[test]
    fn the_longer_side_decides_what_is_orthogonal() {
        let mut state = 0.37;
        let mut draw = || {
            state = (state * 997.0_f64 + 0.1).fract();
            state - 0.5
        };
        for (rows, columns) in [(1, 1), (7, 3), (3, 7), (20, 20), (5, 1), (1, 5)] {
            let q = orthogonal(rows, columns, &mut draw);
            assert!(off(&q, rows, columns) < 1e-14, "[{rows}, {columns}]: off by {:e}", off(&q, rows, columns));
        }
    }
}
