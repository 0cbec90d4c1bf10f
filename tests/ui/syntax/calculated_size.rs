use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(1568 / 2 => 10),
    }
}

fn main() {}
