use katachi::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    tanhh(x) + log(x)
}

fn main() {}
