use katachi::prelude::*;

model! {
    pub struct Mlp {
        Flatten,
        logits: Dense(784 => 10),
    }
}

fn main() {}
