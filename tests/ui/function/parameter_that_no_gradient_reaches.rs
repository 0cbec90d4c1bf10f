#![deny(warnings)]

use katachi::prelude::*;

model! {
    pub struct M {
        target: Dense(4 => 3),
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4]) -> [3] {
        hidden(x) - stop_gradient(target(x))
    }
}

fn main() {}
