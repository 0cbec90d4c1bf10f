use katachi::prelude::*;

model! {
    pub struct Mlp {
        Input(28, 30),
        logits: Dense(28 => 10),
    }
}

fn main() {}
