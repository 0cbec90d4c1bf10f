//! How shapes go together: broadcasting and products of matrices, as in `NumPy`.

use crate::dim::Dim;
use crate::shape::Shape;

/// The shape of two arrays that are combined value by value: counted from the last axis on, two sizes are equal or one
/// of them is 1.
pub fn broadcast(a: &Shape, b: &Shape) -> Option<Shape> {
    let rank = a.rank().max(b.rank());
    let size = |shape: &Shape, axis: usize| match (axis + shape.rank()).checked_sub(rank) {
        Some(axis) => shape.sizes()[axis].clone(),
        None => Dim::from(1),
    };
    let sizes = (0..rank).map(|axis| match (size(a, axis), size(b, axis)) {
        (a, b) if a == b || b.is(1) => Some(a),
        (a, b) if a.is(1) => Some(b),
        _ => None,
    });
    Shape::new(sizes.collect::<Option<_>>()?)
}

/// What is wrong with a product, or the shape that it has.
pub enum MatMul {
    Fits(Shape),
    /// One factor is a scalar.
    Scalar,
    /// The sizes that are summed over.
    Inner(Dim, Dim),
    /// The shapes of the stacks.
    Stacks(Shape, Shape),
    TooLarge,
}

/// The shape of `matmul(a, b)`: a vector on the left is a row, on the right a column, and its axis is gone afterwards;
/// axes before the last two are stacks that broadcast.
pub fn matmul(a: &Shape, b: &Shape) -> MatMul {
    let (Some(depth), Some(_)) = (a.sizes().last(), b.sizes().last()) else { return MatMul::Scalar };
    let inner = &b.sizes()[b.rank().saturating_sub(2)];
    if depth != inner {
        return MatMul::Inner(depth.clone(), inner.clone());
    }
    let stack = |shape: &Shape| Shape::new(shape.sizes()[..shape.rank().saturating_sub(2)].to_vec());
    let (Some(stack_a), Some(stack_b)) = (stack(a), stack(b)) else { return MatMul::TooLarge };
    let Some(stack) = broadcast(&stack_a, &stack_b) else { return MatMul::Stacks(stack_a, stack_b) };
    let rows = (a.rank() > 1).then(|| a.sizes()[a.rank() - 2].clone());
    let columns = (b.rank() > 1).then(|| b.last());
    let sizes = stack.sizes().iter().cloned().chain(rows).chain(columns).collect();
    Shape::new(sizes).map_or(MatMul::TooLarge, MatMul::Fits)
}
