use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4]) -> [3] {
        hidden(select(0.0 < x < 1.0, x, 0.0))
    }
}

fn main() {}
