use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4], y: [4]) -> [4] {
        grad(sum(hidden(x)), y)
    }
}

fn main() {}
