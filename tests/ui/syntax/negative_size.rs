use katachi::prelude::*;

model! {
    pub struct Mlp {
        logits: Dense(-1 => 10),
    }
}

fn main() {}
