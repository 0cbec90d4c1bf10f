use katachi::prelude::*;

model! {
    pub struct M {
        scale: Param(4, init = ones),
    }

    fn forward(x: [4]) -> [4] {
        scale(x)
    }
}

fn main() {}
