use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 700),
        logits: Linear(700 => 10),
    }
}

fn main() {}
