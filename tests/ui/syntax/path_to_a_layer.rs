use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: katachi::Dense(784 => 10),
    }
}

fn main() {}
