use katachi::prelude::*;

model! {
    pub struct Mlp {
        pixels: Input(784),
        logits: Dense(784 => 10),
    }
}

fn main() {}
