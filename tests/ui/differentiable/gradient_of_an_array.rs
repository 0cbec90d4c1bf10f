use katachi::prelude::*;

#[differentiable]
fn squares(x: [f64; 3]) -> [f64; 3] {
    x * x
}

fn main() {}
