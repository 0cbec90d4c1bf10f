use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(784 => 10, l2 = -0.01),
    }
}

fn main() {}
