use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 4),
        scale: Param(4, init = ones),
    }
}

fn main() {}
