//! Products of many matrices: of all samples, and of stacks of matrices in each.

use super::Write;
use super::product::{Matrix, Product, product};
use crate::element::Element;

/// A factor: matrices in rows that follow each other. A stride of 0 is the same matrix again.
#[derive(Clone, Copy, Debug)]
pub struct Factor<'a, T> {
    /// The matrices.
    pub values: &'a [T],
    /// Elements from one sample to the next.
    pub sample: usize,
    /// Elements from one matrix of a stack to the next.
    pub stack: usize,
    /// Whether the matrices are stored with rows and columns exchanged.
    pub transposed: bool,
}

/// Where the products go. A stride of 0 sums over the samples, or over the stack.
#[derive(Debug)]
pub struct Destination<'a, T> {
    /// The matrices.
    pub values: &'a mut [T],
    /// Elements from one sample to the next.
    pub sample: usize,
    /// Elements from one matrix of a stack to the next.
    pub stack: usize,
}

/// c = a b, for all samples and all matrices of a stack: `[rows, depth]` · `[depth, columns]`.
pub fn matmul<T: Element>(
    samples: usize,
    stack: usize,
    rows: usize,
    depth: usize,
    columns: usize,
    a: Factor<'_, T>,
    b: Factor<'_, T>,
    write: Write,
    c: Destination<'_, T>,
) {
    if write == Write::Set {
        for s in 0..samples {
            for t in 0..stack {
                c.values[s * c.sample + t * c.stack..][..rows * columns].fill(T::ZERO);
            }
        }
    }
    for s in 0..samples {
        for t in 0..stack {
            let left = a.matrix(s, t, rows, depth);
            let right = b.matrix(s, t, depth, columns);
            let p = Product { rows, depth, columns, a: left, b: right, bias: None, write: Write::Add, relu: false };
            product(&p, &mut c.values[s * c.sample + t * c.stack..][..rows * columns]);
        }
    }
}

impl<'a, T> Factor<'a, T> {
    /// One of the matrices.
    fn matrix(&self, sample: usize, stack: usize, rows: usize, columns: usize) -> Matrix<'a, T> {
        let start = sample * self.sample + stack * self.stack;
        let values = &self.values[start..start + rows * columns];
        if self.transposed { Matrix::rows(values, rows).transposed() } else { Matrix::rows(values, columns) }
    }
}
