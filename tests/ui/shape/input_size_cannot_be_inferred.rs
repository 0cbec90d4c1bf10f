use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(_ => 700, relu),
        logits: Dense(700 => 10),
    }
}

fn main() {}
