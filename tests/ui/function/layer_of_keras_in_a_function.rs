use katachi::prelude::*;

model! {
    pub struct M {
        conv: Conv2d(3 => 6),
        norm: LayerNorm(6),
    }

    fn forward(x: [3]) -> [6] {
        norm(conv(x))
    }
}

fn main() {}
