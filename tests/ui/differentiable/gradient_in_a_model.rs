use katachi::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x * x
}

model! {
    struct Slope { scale: Param() }

    fn forward(x: []) -> [] {
        f::grad(x) * scale
    }
}

fn main() {}
