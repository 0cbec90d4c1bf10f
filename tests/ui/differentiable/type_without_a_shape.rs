use katachi::prelude::*;

#[differentiable]
fn total(x: &[f64], y: Vec<f64>) -> f64 {
    sum(x) + sum(y)
}

fn main() {}
