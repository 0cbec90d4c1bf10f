use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [2, 4]) -> [] {
        sum(hidden(x), axis = [1, -1])
    }
}

fn main() {}
