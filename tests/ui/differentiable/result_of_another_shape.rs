use katachi::prelude::*;

#[differentiable]
fn square(x: [f64; 2]) -> f64 {
    x * x
}

fn main() {}
