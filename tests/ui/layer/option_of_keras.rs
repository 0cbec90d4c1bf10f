use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(784 => 10, use_bias = false, kernel_regularizer = l2),
    }
}

fn main() {}
