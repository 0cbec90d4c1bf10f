use katachi::prelude::*;

model! {
    pub struct Tied {
        weight: Param(6, 4),
    }

    fn forward(x: [6]) -> [6] {
        let h = matmul(x, weight);
        matmul(h, weight)
    }
}

fn main() {}
