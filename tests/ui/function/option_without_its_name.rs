use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [2, 4]) -> [2] {
        sum(hidden(x), 1)
    }
}

fn main() {}
