use katachi::prelude::*;

model! {
    pub struct Mlp<In, Hidden> {
        hidden: Dense(In => Hiden, relu),
        logits: Dense(Hidden => 10),
    }
}

fn main() {}
