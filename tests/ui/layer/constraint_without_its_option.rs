use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(8 => 8, non_negative),
        output: Dense(8 => 2, max_norm = 2.0),
    }
}

fn main() {}
