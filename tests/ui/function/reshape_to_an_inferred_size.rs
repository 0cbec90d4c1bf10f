use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [2, 3] {
        reshape(hidden(x), [2, -1])
    }
}

fn main() {}
