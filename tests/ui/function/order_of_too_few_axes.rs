use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [5, 2, 4]) -> [2, 5, 3] {
        transpose(hidden(x), [1, 0])
    }
}

fn main() {}
