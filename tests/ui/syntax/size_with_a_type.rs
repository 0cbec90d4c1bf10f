use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(784i32 => 10),
    }
}

fn main() {}
