use katachi::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x * f::grad(x)
}

fn main() {}
