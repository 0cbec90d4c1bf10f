//! Products of matrices and vectors, and the transpose.

use super::{Number, Tensor};
use crate::shape::Shape;
use crate::shape::product::{MatrixMultiplies, Product, ProductWith, Transposes, Turn};

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The product of matrices `[m, n]` and vectors `[n]`: `[m, n]` with `[n, p]` gives `[m, p]`, `[m, n]` with `[n]`
    /// gives `[m]`, `[n]` with `[n, p]` gives `[p]`, and `[n]` with `[n]` a scalar.
    ///
    /// Integers wrap around. Meant for small matrices; a model's layers have faster kernels.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let a = tensor![[1, 2], [3, 4]];
    /// assert_eq!(a.matmul(&tensor![[0, 1], [1, 0]]), tensor![[2, 1], [4, 3]]);
    /// assert_eq!(a.matmul(&tensor![1, 1]), tensor![3, 7]);
    /// assert_eq!(tensor![1, 1].matmul(&tensor![3, 7])[0], 10);
    /// ```
    pub fn matmul<R: Shape>(&self, other: &Tensor<R, T>) -> Tensor<Product<S, R>, T>
    where
        T: Number,
        S: ProductWith<R, Verdict: MatrixMultiplies>,
    {
        let inner = S::DIMS[S::DIMS.len() - 1];
        let columns = R::DIMS.get(1).map_or(1, |&columns| columns.max(1));
        let mut product = Tensor::full(T::ZERO);
        for (row, sums) in product.chunks_exact_mut(columns).enumerate() {
            for (k, values) in other.chunks_exact(columns).enumerate() {
                let factor = self[row * inner + k];
                for (sum, &value) in sums.iter_mut().zip(values) {
                    *sum = sum.plus(factor.times(value));
                }
            }
        }
        product
    }
}

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The matrix with rows and columns exchanged: `[m, n]` gives `[n, m]`.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// assert_eq!(tensor![[1, 2, 3], [4, 5, 6]].transpose(), tensor![[1, 4], [2, 5], [3, 6]]);
    /// ```
    pub fn transpose<R: Shape>(&self) -> Tensor<R, T>
    where
        S: Turn<Verdict: Transposes<Output = R>>,
    {
        let (rows, columns) = (S::DIMS[0], S::DIMS[1]);
        Tensor::from_fn(|index| self[index % rows * columns + index / rows])
    }
}
