use katachi::prelude::*;

#[differentiable]
fn dot_product(x: &Tensor<shape!(3)>, y: [f64; 3]) -> f64 {
    dot(x, y)
}

fn main() {}
