use katachi::prelude::*;

model! {
    pub struct Mlp {
        #[serde(skip)]
        logits: Dense(784 => 10),
    }
}

fn main() {}
