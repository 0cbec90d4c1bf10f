use katachi::prelude::*;

#[differentiable(weight)]
fn loss(weights: [f64; 2], x: [f64; 2]) -> f64 {
    sum(weights * x)
}

fn main() {}
