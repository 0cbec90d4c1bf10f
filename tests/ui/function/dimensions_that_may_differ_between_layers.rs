use katachi::prelude::*;

model! {
    pub struct Mlp<In, Hidden, Out> {
        hidden: Dense(In => Hidden, relu),
        logits: Dense(Out => 10),
    }
}

fn main() {}
