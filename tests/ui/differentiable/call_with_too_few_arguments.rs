use katachi::prelude::*;

#[differentiable]
fn saddle(x: f64, y: f64) -> f64 {
    x * x - y * y
}

#[differentiable]
fn slope(x: f64) -> f64 {
    saddle::grad(x)
}

fn main() {}
