use katachi::prelude::*;

#[differentiable]
struct Model {
    x: f64,
}

fn main() {}
