//! Differentiable functions that call each other.
#![allow(clippy::float_cmp, reason = "small whole numbers are computed exactly")]

use katachi::prelude::*;

#[differentiable]
fn cubic(x: f64) -> f64 {
    let unused_here = x * x;
    unused_here * x
}

/// 3 x²
#[differentiable]
fn slope(x: f64) -> f64 {
    cubic::grad(x)
}

/// 6 x
#[differentiable]
fn curvature(x: f64) -> f64 {
    slope::grad(x)
}

mod elsewhere {
    use katachi::prelude::*;

    #[differentiable]
    pub fn saddle(x: f64, y: f64) -> f64 {
        x * x - 2.0 * x * y + 3.0 * y
    }

    #[differentiable(w)]
    pub fn energy(w: &Tensor<shape!(2), f64>, x: [f64; 2]) -> f64 {
        sum(w * x * w)
    }
}

#[differentiable]
fn half(x: f64) -> f64 {
    x / 2.0
}

/// The squared length of the gradient of another function.
#[differentiable]
fn steepness(x: f64, y: f64) -> f64 {
    let (value, (dx, dy)) = elsewhere::saddle::value_and_grad(x, y);
    dx * dx + half(dy) * dy + 0.0 * value
}

/// Both arguments are one value.
#[differentiable]
fn on_the_diagonal(x: f64) -> f64 {
    let (dx, dy) = elsewhere::saddle::grad(x, x);
    dx + 10.0 * dy
}

#[test]
fn functions_call_functions_and_their_gradients() {
    assert_eq!((cubic(2.0), cubic::grad(2.0)), (8.0, 12.0));
    assert_eq!((slope(2.0), slope::grad(2.0)), (12.0, 12.0));
    assert_eq!((curvature(2.0), curvature::grad(2.0)), (12.0, 6.0));
    // dx = 2 x - 2 y, dy = -2 x + 3
    assert_eq!(steepness(2.0, 1.0), 4.0 + 0.5);
    assert_eq!(on_the_diagonal(2.0), -10.0);
    assert_eq!(on_the_diagonal::grad(2.0), -20.0);
}

/// More values than one loop can store.
#[differentiable]
fn fourth(x: f64) -> f64 {
    let y = sin(x) * exp(x) / (1.0 + x * x);
    let y = grad(grad(y, x), x);
    grad(grad(y, x), x)
}

#[differentiable]
fn raw(r#in: f64, y: [f64; 2]) -> f64 {
    let r#match = r#in * y;
    sum(r#match * r#in)
}

#[test]
fn long_chains_and_raw_names() {
    let step = 1e-5;
    let difference = (fourth(0.3 + step) - fourth(0.3 - step)) / (2.0 * step);
    assert!((fourth::grad(0.3) - difference).abs() < 1e-5 * difference.abs());
    assert_eq!(raw::grad(2.0, [1.0, 3.0]), (16.0, [4.0, 4.0]));
}
