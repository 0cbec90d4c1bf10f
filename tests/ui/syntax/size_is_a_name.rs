use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => HIDDEN, relu),
        logits: Dense(HIDDEN => 10),
    }
}

fn main() {}
