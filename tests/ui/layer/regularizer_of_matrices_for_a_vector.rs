use katachi::prelude::*;

model! {
    pub struct Scaled {
        scale: Param(8, orthogonal_rows = 0.01),
        factor: Param,
        mixing: Param(8, 8, kernel_constraint = unit_norm),
    }

    fn forward(x: [8]) -> [8] {
        matmul(x * scale, mixing) * factor
    }
}

fn main() {}
