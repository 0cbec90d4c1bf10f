use katachi::prelude::*;

#[differentiable]
fn winner(x: [f64; 3]) -> f64 {
    argmax(x)
}

fn main() {}
