use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 700, relu),
        hidden: Dense(700 => 500, relu),
        logits: Dense(500 => 10),
    }
}

fn main() {}
