use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => _, relu),
        logits: Dense(700 => 10),
    }
}

fn main() {}
