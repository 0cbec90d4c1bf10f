use katachi::prelude::*;

model! {
    pub struct Mlp {
        Input(28, 28),
        logits: Dense(784 => 10),
    }
}

fn main() {}
