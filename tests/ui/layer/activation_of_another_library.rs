use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 700, swish),
        logits: Dense(700 => 10, gelu_tanh),
    }
}

fn main() {}
