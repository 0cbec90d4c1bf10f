use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(i: [], n: []) -> [6] {
        hidden(one_hot(i, n))
    }
}

fn main() {}
