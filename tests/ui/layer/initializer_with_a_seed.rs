use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(784 => 10, kernel_initializer = he_normal(22)),
    }
}

fn main() {}
