use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense,
        logits: Dense(700 => 10),
    }
}

fn main() {}
