//! The dense layer, `y = f(xW + b)`, and its three adjoints.

use super::product::{Matrix, Product, has_size, product};
use super::{Write, activate};
use crate::activation::Activation;
use crate::element::Element;

/// y = f(x W + b).
///
/// x is `[batch, inputs]`, W `[inputs, outputs]`, b `[outputs]`, y `[batch, outputs]`.
#[inline]
pub fn dense<T: Element>(
    batch: usize,
    inputs: usize,
    outputs: usize,
    x: &[T],
    weight: &[T],
    bias: Option<&[T]>,
    activation: Activation<T>,
    y: &mut [T],
) {
    assert!(has_size(x, batch, inputs), "x is [batch, inputs]");
    assert!(has_size(weight, inputs, outputs), "weight is [inputs, outputs]");
    assert!(has_size(y, batch, outputs), "y is [batch, outputs]");
    let relu = activation == Activation::Relu;
    let (a, b) = (Matrix::rows(x, inputs), Matrix::rows(weight, outputs));
    product(&Product { rows: batch, depth: inputs, columns: outputs, a, b, bias, write: Write::Set, relu }, y);
    if !relu {
        activate(activation, y);
    }
}

/// dW = xᵀ dz, where z = x W + b.
pub fn dense_weight_adjoint<T: Element>(
    batch: usize,
    inputs: usize,
    outputs: usize,
    x: &[T],
    dz: &[T],
    write: Write,
    dweight: &mut [T],
) {
    assert!(has_size(x, batch, inputs), "x is [batch, inputs]");
    assert!(has_size(dz, batch, outputs), "dz is [batch, outputs]");
    assert!(has_size(dweight, inputs, outputs), "dweight is [inputs, outputs]");
    let (a, b) = (Matrix::rows(x, inputs).transposed(), Matrix::rows(dz, outputs));
    product(&Product { rows: inputs, depth: batch, columns: outputs, a, b, bias: None, write, relu: false }, dweight);
}

/// db = 1ᵀ dz: the sum over the batch.
pub fn dense_bias_adjoint<T: Element>(batch: usize, outputs: usize, dz: &[T], write: Write, dbias: &mut [T]) {
    assert!(has_size(dz, batch, outputs), "dz is [batch, outputs]");
    assert_eq!(dbias.len(), outputs, "dbias is [outputs]");
    let one = T::ONE;
    let (a, b) = (Matrix::constant(&one), Matrix::rows(dz, outputs));
    product(&Product { rows: 1, depth: batch, columns: outputs, a, b, bias: None, write, relu: false }, dbias);
}

/// dx = dz Wᵀ.
pub fn dense_input_adjoint<T: Element>(
    batch: usize,
    inputs: usize,
    outputs: usize,
    dz: &[T],
    weight: &[T],
    write: Write,
    dx: &mut [T],
) {
    assert!(has_size(dz, batch, outputs), "dz is [batch, outputs]");
    assert!(has_size(weight, inputs, outputs), "weight is [inputs, outputs]");
    assert!(has_size(dx, batch, inputs), "dx is [batch, inputs]");
    let (a, b) = (Matrix::rows(dz, outputs), Matrix::rows(weight, outputs).transposed());
    product(&Product { rows: batch, depth: outputs, columns: inputs, a, b, bias: None, write, relu: false }, dx);
}
