use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6, bias = false),
        drop: Dropout(0.2),
    }

    fn forward(x: [4]) -> [6] {
        drop(hidden(x)) + hidden.bias * drop.rate
    }
}

fn main() {}
