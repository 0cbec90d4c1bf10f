use katachi::prelude::*;

model! {
    pub struct Mlp<In> {
        hidden: Dense(In => In / 2),
        logits: Dense(In - 1 => 10),
    }
}

fn main() {}
