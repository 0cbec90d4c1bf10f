use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 700, relu(0.1)),
        logits: Dense(700 => 10, leaky_relu(slope = 0.1)),
    }
}

fn main() {}
