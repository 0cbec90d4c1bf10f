//! Products of many matrices: of all samples, and of stacks of matrices in each.

use super::compiled::compiled;
use super::processor::per_processor;
use super::product::{Matrix, Product, product};
use super::softmax::dot;
use super::{Write, parallel};
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
///
/// Where c has a stride of 0 it is the sum of the products. Each adjoint is such a product again: da = dc bᵀ and
/// db = aᵀ dc, summed where the factor is the same matrix again.
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
    let Destination { values, sample, stack: next } = c;
    let size = rows.checked_mul(columns).expect("too many values");
    let (mut a_matrix, mut b_matrix) = (a.matrix(rows, depth), b.matrix(depth, columns));
    let mut levels = [
        Level { count: samples, a: a.sample, b: b.sample, c: sample },
        Level { count: stack, a: a.stack, b: b.stack, c: next },
    ];
    let empty = levels.iter().any(|level| level.count == 0);
    if empty && write == Write::Set {
        // What is summed over nothing is 0.
        let places = levels.map(|level| if level.c == 0 { 1 } else { level.count });
        for s in 0..places[0] {
            for t in 0..places[1] {
                values[s * sample + t * next..][..size].fill(T::ZERO);
            }
        }
    }
    if empty || size == 0 {
        return;
    }
    let mut sizes = [rows, depth, columns];
    if columns == 1 && rows > 1 {
        // A column is computed as a row: cᵀ = bᵀ aᵀ.
        sizes = [1, depth, rows];
        (a_matrix, b_matrix) = (b_matrix.transposed(), a_matrix.transposed());
        for level in &mut levels {
            (level.a, level.b) = (level.b, level.a);
        }
    }
    let mut products = Products { sizes, a: a_matrix, b: b_matrix, levels, count: 0 };
    for level in levels.into_iter().rev() {
        if level.count > 1 && !products.merge(level) {
            products.levels[products.count] = level;
            products.count += 1;
        }
    }
    run(products, write, values);
}

/// Multiplications that a thread gets at least: about 20 µs of work.
const GRAIN: usize = 1 << 20;

impl<'a, T> Factor<'a, T> {
    /// The first of the matrices, and all that follow it.
    fn matrix(&self, rows: usize, columns: usize) -> Matrix<'a, T> {
        // One row or one column lies the same way in both orders.
        if self.transposed && rows > 1 && columns > 1 {
            Matrix::rows(self.values, rows).transposed()
        } else {
            Matrix { elements: self.values, row: if rows > 1 { columns } else { 1 }, column: 1 }
        }
    }
}

/// A loop over products: how many, and the elements from one matrix to the next.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    count: usize,
    a: usize,
    b: usize,
    c: usize,
}

/// Products of one size in at most two loops, the inner one first.
#[derive(Clone, Copy, Debug)]
pub struct Products<'a, T> {
    /// Rows, depth and columns.
    sizes: [usize; 3],
    a: Matrix<'a, T>,
    b: Matrix<'a, T>,
    levels: [Level; 2],
    count: usize,
}

impl<T: Element> Products<'_, T> {
    /// Makes one larger product of those of a loop, if they lie so.
    fn merge(&mut self, level: Level) -> bool {
        let Level { count, a, b, c } = level;
        let [rows, depth, columns] = self.sizes;
        // Whether an axis of a matrix goes on in the next one, and how far its elements then are from each other.
        let joined = |size: usize, stride: usize, next: usize| match size {
            1 => Some(next),
            _ => (size.checked_mul(stride) == Some(next)).then_some(stride),
        };
        let mut merged = *self;
        if b == 0 && c == rows * columns {
            let Some(row) = joined(rows, self.a.row, a) else { return false };
            merged.sizes[0] *= count;
            merged.a.row = row;
        } else if a == 0 && rows == 1 && c == columns {
            let Some(column) = joined(columns, self.b.column, b) else { return false };
            merged.sizes[2] *= count;
            merged.b.column = column;
        } else if c == 0 {
            let column = joined(depth, self.a.column, a);
            let (Some(column), Some(row)) = (column, joined(depth, self.b.row, b)) else { return false };
            merged.sizes[1] *= count;
            (merged.a.column, merged.b.row) = (column, row);
        } else {
            return false;
        }
        // The products' kernels want rows or columns that are contiguous.
        let contiguous = |matrix: &Matrix<'_, T>| matrix.row == 1 || matrix.column == 1;
        if contiguous(&merged.a) && contiguous(&merged.b) {
            *self = merged;
            return true;
        }
        false
    }

    /// Whether the outer loop's parts of c do not overlap.
    fn is_apart(&self) -> bool {
        let [rows, _, columns] = self.sizes;
        let inner = if self.count == 2 { (self.levels[0].count - 1) * self.levels[0].c } else { 0 };
        self.count > 0 && self.levels[self.count - 1].c >= inner + rows * columns
    }

    /// From one of the outer loop's products on, so many of them.
    fn part(&self, first: usize, count: usize) -> Self {
        let mut part = *self;
        let level = &mut part.levels[self.count - 1];
        level.count = count;
        part.a.elements = &part.a.elements[first * level.a..];
        part.b.elements = &part.b.elements[first * level.b..];
        part
    }
}

compiled! {
    /// Computes all products: on several threads where they go to different places, else one after the other.
    fn run<T: Element>(products: Products<'_, T>, write: Write, c: &mut [T]) {
        let [rows, depth, columns] = products.sizes;
        if products.count == 0 {
            let p = Product { rows, depth, columns, a: products.a, b: products.b, bias: None, write, relu: false };
            return product(&p, &mut c[..rows * columns]);
        }
        let level = products.levels[products.count - 1];
        let all: usize = products.levels[..products.count].iter().map(|level| level.count).product();
        let work = all.saturating_mul(rows * columns).saturating_mul(depth);
        if parallel::threads() && level.count > 1 && work >= 2 * GRAIN && products.is_apart() {
            let middle = level.count / 2;
            let (left, right) = c.split_at_mut(middle * level.c);
            let parts = (products.part(0, middle), products.part(middle, level.count - middle));
            parallel::join(|| run(parts.0, write, left), || run(parts.1, write, right));
            return;
        }
        let contiguous = depth == 1 || (products.a.column == 1 && products.b.row == 1);
        if products.count == 1 && rows == 1 && columns == 1 && contiguous {
            return dots(&products, write, c);
        }
        for number in 0..level.count {
            let mut one = products.part(number, 1);
            one.count -= 1;
            let write = if level.c == 0 && number > 0 { Write::Add } else { write };
            run(one, write, &mut c[number * level.c..]);
        }
    }
}

per_processor! {
    /// Dot products of vectors, one after the other: each alone would be too small for the kernel of products.
    fn dots<T: Element>(products: &Products<'_, T>, write: Write, c: &mut [T]) {
        let (depth, level) = (products.sizes[1], products.levels[0]);
        for number in 0..level.count {
            let a = &products.a.elements[number * level.a..][..depth];
            let b = &products.b.elements[number * level.b..][..depth];
            let c = &mut c[number * level.c..][0];
            let add = write == Write::Add || (level.c == 0 && number > 0);
            *c = if add { *c + dot(a, b) } else { dot(a, b) };
        }
    }
}
