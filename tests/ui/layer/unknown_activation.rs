use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 700, rleu),
        logits: Dense(700 => 10, activation = sofmax),
    }
}

fn main() {}
