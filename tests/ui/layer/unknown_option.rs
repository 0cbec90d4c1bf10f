use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(784 => 10, kernel_initialiser = zeros),
    }
}

fn main() {}
