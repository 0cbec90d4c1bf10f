use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense 784 => 10,
    }
}

fn main() {}
