use katachi::prelude::*;

model! {
    pub struct M {
        scale: Param(4),
    }

    fn forward(x: [4]) -> [4] {
        grad(sum(x * scale), scale)
    }
}

fn main() {}
