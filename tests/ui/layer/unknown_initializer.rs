use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 700, kernel_initializer = glorot_unifrom),
        logits: Dense(700 => 10, kernel_initializer = xavier_normal),
    }
}

fn main() {}
