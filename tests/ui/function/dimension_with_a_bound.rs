use katachi::prelude::*;

model! {
    pub struct Mlp<In: Size> {
        logits: Dense(In => 10),
    }
}

fn main() {}
