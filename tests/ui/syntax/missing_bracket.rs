use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 700, relu, logits: Dense(700 => 10)),
    }
}

fn main() {}
