use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(784 => 10, kernel_initializer = glorot),
    }
}

fn main() {}
