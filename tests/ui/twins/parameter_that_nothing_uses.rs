#![deny(warnings)]

use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
        logits: Dense(3 => 2),
    }

    fn forward(x: [4]) -> [2] {
        logits(hidden(x))
    }
}

fn main() {}
