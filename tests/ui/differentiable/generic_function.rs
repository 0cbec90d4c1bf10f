use katachi::prelude::*;

#[differentiable]
fn square<T>(x: T) -> f64 {
    x * x
}

fn main() {}
