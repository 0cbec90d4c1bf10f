use katachi::prelude::*;

model! {
    pub struct Mlp<In, In> {
        logits: Dense(In => 10),
    }
}

fn main() {}
