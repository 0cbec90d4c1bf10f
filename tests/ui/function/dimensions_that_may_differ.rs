use katachi::prelude::*;

model! {
    pub struct Mlp<In, Hidden, Out> {
        hidden: Dense(In => Hidden, relu),
        logits: Dense(Hidden => Out),
    }

    fn forward(x: [In]) -> [Hidden] {
        logits(hidden(x))
    }
}

fn main() {}
