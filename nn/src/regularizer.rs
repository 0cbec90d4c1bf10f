//! [`Regularizer`]: what a parameter adds to the loss.

use katachi_core::element::Element;
use katachi_core::kernels::{self, Destination, Factor, Write};

/// Below this length a row counts as this long, as Keras does it: it has no direction.
const EPSILON: f64 = 1e-7;

/// What a parameter adds to the loss: the sum of all penalties whose factor is not 0.
///
/// In a declaration they are options of a layer, those of a bias with `bias_` in front:
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp {
///         hidden: Dense(4 => 3, tanh, l1 = 1e-5, l2 = 1e-4, bias_l2 = 1e-3),
///         output: Dense(3 => 2, orthogonal_columns = 0.01),
///     }
/// }
///
/// assert_eq!(Mlp::PARAMETERS[0].regularizer, Regularizer { l1: 1e-5, l2: 1e-4, ..Regularizer::NONE });
/// assert_eq!(Mlp::PARAMETERS[1].regularizer, Regularizer::l2(1e-3));
/// # use katachi::Regularizer;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regularizer {
    /// The factor of Σ|*w*|.
    pub l1: f64,
    /// The factor of Σ*w*².
    pub l2: f64,
    /// The factor of the mean of |cos| of the angle between two rows of a matrix, over all pairs of them: Keras'
    /// `OrthogonalRegularizer(mode="rows")`. No other shape than that of a matrix has it.
    pub orthogonal_rows: f64,
    /// The same for columns.
    pub orthogonal_columns: f64,
}

impl Regularizer {
    /// Nothing is added.
    pub const NONE: Self = Self { l1: 0.0, l2: 0.0, orthogonal_rows: 0.0, orthogonal_columns: 0.0 };

    /// This factor of Σ|*w*|.
    pub const fn l1(factor: f64) -> Self {
        Self { l1: factor, ..Self::NONE }
    }

    /// This factor of Σ*w*².
    pub const fn l2(factor: f64) -> Self {
        Self { l2: factor, ..Self::NONE }
    }

    /// These factors of Σ|*w*| and of Σ*w*².
    pub const fn l1_l2(l1: f64, l2: f64) -> Self {
        Self { l1, l2, ..Self::NONE }
    }

    /// Whether nothing is added.
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// How many values of scratch [`value`](Self::value) and [`add_gradient`](Self::add_gradient) need for a parameter of
    /// this shape.
    pub fn scratch(&self, shape: &[usize]) -> usize {
        self.sides(shape).into_iter().flatten().map(|side| side.scratch()).max().unwrap_or_default()
    }

    /// What the values of a parameter of this shape, row-major, add to the loss.
    ///
    /// # Panics
    /// If `scratch` is shorter than [`scratch`](Self::scratch) says.
    pub fn value<T: Element>(&self, shape: &[usize], values: &[T], scratch: &mut [T]) -> T {
        let mut total = T::ZERO;
        if self.l1 != 0.0 {
            total += T::from_f64(self.l1) * values.iter().map(|w| w.abs()).sum();
        }
        if self.l2 != 0.0 {
            total += T::from_f64(self.l2) * values.iter().map(|&w| w * w).sum();
        }
        for side in self.sides(shape).into_iter().flatten() {
            let (_, products, _) = side.products(values, scratch);
            total += T::from_f64(side.factor) * side.sum_of_pairs(products);
        }
        total
    }

    /// Adds the gradient of [`value`](Self::value) to that of the parameter.
    ///
    /// # Panics
    /// If `scratch` is shorter than [`scratch`](Self::scratch) says.
    pub fn add_gradient<T: Element>(&self, shape: &[usize], values: &[T], gradient: &mut [T], scratch: &mut [T]) {
        if self.l1 != 0.0 || self.l2 != 0.0 {
            kernels::penalty(T::from_f64(self.l1), T::from_f64(self.l2), values, gradient);
        }
        for side in self.sides(shape).into_iter().flatten() {
            side.add_gradient(values, gradient, scratch);
        }
    }

    /// The penalties on the angles between the rows and between the columns, those that there are.
    fn sides(&self, shape: &[usize]) -> [Option<Side>; 2] {
        let &[rows, columns] = shape else { return [None; 2] };
        let side = |factor: f64, along: Along, count: usize| {
            // The mean is over the pairs; without one there is no angle.
            let pairs = count as f64 * (count as f64 - 1.0) / 2.0;
            (factor != 0.0 && count > 1).then_some(Side { factor: factor / pairs, along, rows, columns, count })
        };
        [side(self.orthogonal_rows, Along::Rows, rows), side(self.orthogonal_columns, Along::Columns, columns)]
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Along {
    Rows,
    Columns,
}

/// The penalty on the angles between the rows, or between the columns, of a matrix: factor · Σ |nᵢ · nⱼ| over pairs i < j
/// of the normalized ones.
#[derive(Clone, Copy)]
struct Side {
    factor: f64,
    along: Along,
    rows: usize,
    columns: usize,
    /// How many rows or columns are compared.
    count: usize,
}

impl Side {
    /// The normalized matrix, the products of all pairs, and the norms.
    fn scratch(&self) -> usize {
        self.rows * self.columns + self.count * self.count + self.count
    }

    /// The number of the row or column that a value stands in.
    fn of(&self, index: usize) -> usize {
        match self.along {
            Along::Rows => index / self.columns,
            Along::Columns => index % self.columns,
        }
    }

    /// The normalized matrix N, its products N Nᵀ or Nᵀ N, and the norms, all in `scratch`.
    fn products<'a, T: Element>(&self, values: &[T], scratch: &'a mut [T]) -> (&'a mut [T], &'a mut [T], &'a mut [T]) {
        let (normal, rest) = scratch.split_at_mut(values.len());
        let (products, rest) = rest.split_at_mut(self.count * self.count);
        let norms = &mut rest[..self.count];
        norms.fill(T::ZERO);
        for (index, &value) in values.iter().enumerate() {
            norms[self.of(index)] += value * value;
        }
        for norm in &mut *norms {
            *norm = norm.sqrt().maximum(T::from_f64(EPSILON));
        }
        for (index, (normal, &value)) in normal.iter_mut().zip(values).enumerate() {
            *normal = value / norms[self.of(index)];
        }
        let (rows, columns) = (self.rows, self.columns);
        let factor = |transposed| Factor { values: &*normal, sample: 0, stack: 0, transposed };
        let destination = Destination { values: &mut *products, sample: 0, stack: 0 };
        match self.along {
            Along::Rows => {
                kernels::matmul(1, 1, rows, columns, rows, factor(false), factor(true), Write::Set, destination);
            }
            Along::Columns => {
                kernels::matmul(1, 1, columns, rows, columns, factor(true), factor(false), Write::Set, destination);
            }
        }
        (normal, products, norms)
    }

    /// Σ |product| over pairs i < j.
    fn sum_of_pairs<T: Element>(&self, products: &[T]) -> T {
        let rows = products.chunks_exact(self.count).enumerate();
        rows.map(|(row, products)| products[row + 1..].iter().map(|product| product.abs()).sum()).sum()
    }

    /// With s = sign(nᵢ · nⱼ) the gradient with respect to row i is factor · Σⱼ (s nⱼ - |nᵢ · nⱼ| nᵢ) / normᵢ over j ≠ i: a
    /// product of N with a matrix of these signs, the sums of |nᵢ · nⱼ| on its diagonal.
    fn add_gradient<T: Element>(&self, values: &[T], gradient: &mut [T], scratch: &mut [T]) {
        let (count, factor) = (self.count, T::from_f64(self.factor));
        let (normal, products, norms) = self.products(values, scratch);
        for (row, products) in products.chunks_exact_mut(count).enumerate() {
            products[row] = T::ZERO;
            let sum: T = products.iter().map(|product| product.abs()).sum();
            for product in &mut *products {
                *product = product.sign() * factor;
            }
            products[row] = -(sum * factor);
        }
        // Row i is divided by its norm; of the symmetric matrix it may be column i as well.
        for (index, product) in products.iter_mut().enumerate() {
            let norm = match self.along {
                Along::Rows => norms[index / count],
                Along::Columns => norms[index % count],
            };
            *product /= norm;
        }
        let signs = Factor { values: &*products, sample: 0, stack: 0, transposed: false };
        let normal = Factor { values: &*normal, sample: 0, stack: 0, transposed: false };
        let destination = Destination { values: gradient, sample: 0, stack: 0 };
        let (rows, columns) = (self.rows, self.columns);
        match self.along {
            Along::Rows => kernels::matmul(1, 1, rows, rows, columns, signs, normal, Write::Add, destination),
            Along::Columns => kernels::matmul(1, 1, rows, columns, columns, normal, signs, Write::Add, destination),
        }
    }
}
