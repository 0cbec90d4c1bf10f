use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dense(784 => 700, relu),
        hidden2: Dense(600 => 500, relu),
        logits: Dense(500 => 10),
    }
}

fn main() {}
