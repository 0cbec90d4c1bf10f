use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [2, 4]) -> [2] {
        sum(hidden(x), dim = 1) + squeeze(mean(x, axis = 1, keepdims = true))
    }
}

fn main() {}
