use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 0, relu),
        logits: Dense(0 => 10),
    }
}

fn main() {}
