use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dense(784 => 700, relu),
        hidden2: ,
        logits: Dense(500 => 10),
    }
}

fn main() {}
