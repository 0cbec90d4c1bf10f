use katachi::prelude::*;

model! {
    pub struct Mlp {
        Input(28, 0),
        Flatten,
        logits: Dense(_ => 10),
    }
}

fn main() {}
