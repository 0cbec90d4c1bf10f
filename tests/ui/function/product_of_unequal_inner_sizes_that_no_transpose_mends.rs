use katachi::prelude::*;

model! {
    pub struct M {
        weight: Param(6, 4),
    }

    fn forward(x: [5]) -> [4] {
        matmul(x, weight)
    }
}

fn main() {}
