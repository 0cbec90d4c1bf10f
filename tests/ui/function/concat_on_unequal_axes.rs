use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [2, 4], y: [5, 4]) -> [7, 3] {
        hidden(concat(x, y))
    }
}

fn main() {}
