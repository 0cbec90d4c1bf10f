use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(64 => 100, relu),
        Reshape(9, 11),
        Flatten,
        logits: Dense(_ => 10),
    }
}

fn main() {}
