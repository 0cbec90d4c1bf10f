#![deny(warnings)]

use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
        drop: Dropout(0.2),
    }

    fn forward(x: [4]) -> [3] {
        drop(hidden(x))
    }
}

fn main() {}
