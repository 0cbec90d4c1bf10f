use katachi::prelude::*;

model! {
    pub struct Scaled {
        scale: Param(constraint = unit_norm),
        shift: Param(8, init = identity, constraint = max_norm(axis = 1)),
    }

    fn forward(x: [8]) -> [8] {
        x * scale + shift
    }
}

fn main() {}
