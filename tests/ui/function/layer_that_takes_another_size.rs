use katachi::prelude::*;

model! {
    pub struct M {
        hidden1: Dense(4 => 8, relu),
        hidden2: Dense(6 => 2),
    }

    fn forward(x: [4]) -> [2] {
        hidden2(hidden1(x))
    }
}

fn main() {}
