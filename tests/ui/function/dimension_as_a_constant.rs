use katachi::prelude::*;

model! {
    pub struct Mlp<const IN: usize> {
        logits: Dense(IN => 10),
    }
}

fn main() {}
