use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(784 => 10, bias = 0),
    }
}

fn main() {}
