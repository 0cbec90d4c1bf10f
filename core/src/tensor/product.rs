//! Products of matrices and vectors, and of stacks of them.

use super::place::Place;
use super::strides::{Offsets, padded, stretched};
use super::{Number, Tensor};
use crate::shape::Shape;
use crate::shape::product::{MatrixMultiplies, Product, ProductWith};

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The product of matrices `[m, n]` and vectors `[n]`: `[m, n]` with `[n, p]` gives `[m, p]`, `[m, n]` with `[n]`
    /// gives `[m]`, `[n]` with `[n, p]` gives `[p]`, and `[n]` with `[n]` a scalar.
    ///
    /// Axes in front of a matrix are a stack, and stacks broadcast: `[8, m, n]` with `[8, n, p]`, `[1, n, p]` or `[n, p]`
    /// gives `[8, m, p]`. Integers wrap around. Meant for small matrices; a model's layers have faster kernels.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let a = tensor![[1, 2], [3, 4]];
    /// assert_eq!(a.matmul(&tensor![[0, 1], [1, 0]]), tensor![[2, 1], [4, 3]]);
    /// assert_eq!(a.matmul(&tensor![1, 1]), tensor![3, 7]);
    /// assert_eq!(tensor![1, 1].matmul(&tensor![3, 7])[0], 10);
    /// assert_eq!(tensor![[[1, 1]], [[0, 2]]].matmul(&a), tensor![[[4, 6]], [[6, 8]]]); // two matrices [1, 2]
    /// ```
    pub fn matmul<R: Shape>(&self, other: &Tensor<R, T>) -> Tensor<Product<S, R>, T>
    where
        T: Number,
        S: ProductWith<R, Verdict: MatrixMultiplies>,
    {
        matmul(self, other)
    }
}

pub(super) fn matmul<S: Shape, R: Shape, O: Shape, T: Number, P: Place<O, T>>(
    left: &Tensor<S, T>,
    right: &Tensor<R, T>,
) -> P {
    let (lefts, rows, inner) = match S::DIMS {
        [lefts @ .., rows, inner] => (lefts, Some(*rows), *inner),
        vector => (&[][..], None, vector.iter().product()),
    };
    let (rights, columns) = match R::DIMS {
        [rights @ .., _, columns] => (rights, Some(*columns)),
        _ => (&[][..], None),
    };
    let sizes = [rows, columns].into_iter().flatten().count();
    let (rows, columns) = (rows.unwrap_or(1), columns.unwrap_or(1));
    let stacks = padded(&O::DIMS[..O::DIMS.len() - sizes]);
    let mut product = P::build(|_| T::ZERO);
    let products = product.tensor().chunks_exact_mut(rows * columns);
    let lefts = Offsets::new(stacks, stretched(lefts), 0);
    let rights = Offsets::new(stacks, stretched(rights), 0);
    for ((product, left_matrix), right_matrix) in products.zip(lefts).zip(rights) {
        let left = &left[left_matrix * rows * inner..];
        let right = &right[right_matrix * inner * columns..][..inner * columns];
        for (sums, factors) in product.chunks_exact_mut(columns).zip(left.chunks_exact(inner)) {
            for (&factor, values) in factors.iter().zip(right.chunks_exact(columns)) {
                for (sum, &value) in sums.iter_mut().zip(values) {
                    *sum = sum.plus(factor.times(value));
                }
            }
        }
    }
    product
}
