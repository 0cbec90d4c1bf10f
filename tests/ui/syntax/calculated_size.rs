use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(28 * 28 => 10),
    }
}

fn main() {}
