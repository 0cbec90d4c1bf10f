use katachi::prelude::*;

model! {
    pub struct Scaled {
        scale: Param(),
    }

    fn forward(x: [4]) -> [4] {
        matmul(x, scale)
    }
}

fn main() {}
