use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784: 700),
        logits: Dense(700 to 10),
    }
}

fn main() {}
