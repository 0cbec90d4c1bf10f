use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 700, relu),
        logits: Capsule(700 => 10),
    }
}

fn main() {}
