use katachi::prelude::*;

model! {
    pub struct M {
        Identity,
        filters: Conv2D(32, kernel_size = 3),
        memory: LSTM(64),
        encoder: Transformer(784 => 700),
        norm: BatchNorm1d(700),
        logits: Dense(700 => 10),
    }
}

fn main() {}
