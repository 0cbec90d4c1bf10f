use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(784 => 10, relu, activation = tanh),
    }
}

fn main() {}
