#![deny(warnings)]

use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 2),
    }

    fn forward(x: [4]) -> [2] {
        let h = hidden(x);
        let h = relu(h);
        let scaled = h * 2.0;
        h
    }
}

fn main() {}
