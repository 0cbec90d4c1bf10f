use katachi::prelude::*;

model! {
    pub struct Mlp {
        encoder: Transformer(784 => 700),
        logits: Dense(700 => 10),
    }
}

fn main() {}
