//! Large products through the crate `matrixmultiply`, where the processor has no kernels of ours.

use super::product::Product;
use super::vector::Vectors;
use super::{Write, activate};
use crate::activation::Activation;
use crate::element::Element;

/// c = start + a b, then `max(c, 0)` where asked.
///
/// # Safety
///
/// a, b and the bias hold the product's elements, and c its result.
pub(super) unsafe fn product<T: Element>(p: &Product<'_, T>, c: &mut [T]) {
    let mut beta = if p.write == Write::Add { T::ONE } else { T::ZERO };
    if let Some(bias) = p.bias {
        for row in c.chunks_exact_mut(p.columns) {
            row.copy_from_slice(bias);
        }
        beta = T::ONE;
    }
    // SAFETY: The caller vouches for the sizes; c's rows follow each other.
    unsafe {
        <T as Vectors>::gemm(
            [p.rows, p.depth, p.columns],
            (p.a.elements.as_ptr(), [p.a.row, p.a.column]),
            (p.b.elements.as_ptr(), [p.b.row, p.b.column]),
            beta,
            (c.as_mut_ptr(), [p.columns, 1]),
        );
    }
    if p.relu {
        activate(Activation::Relu, c);
    }
}
