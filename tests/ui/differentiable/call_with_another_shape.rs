use katachi::prelude::*;

#[differentiable]
fn energy(w: [f64; 3]) -> f64 {
    sum(w * w)
}

#[differentiable]
fn twice(w: [f64; 2]) -> f64 {
    2.0 * energy(w)
}

fn main() {}
