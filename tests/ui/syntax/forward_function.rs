use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(784 => 10),
    }

    fn forward(x: [784]) -> [10] {
        logits(x)
    }
}

fn main() {}
