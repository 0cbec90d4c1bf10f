use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 2),
    }

    fn forward(x: [4]) -> [2] {
        hidden(x).clip(0.0, 1.0)
    }
}

fn main() {}
