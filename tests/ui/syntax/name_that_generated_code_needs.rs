use katachi::prelude::*;

model! {
    pub struct T {
        logits: Dense(784 => 10),
    }
}

fn main() {}
