use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [2, 4]) -> [2, 2] {
        matmul(hidden(x), transpose(hidden(x)), axis = 1)
    }
}

fn main() {}
