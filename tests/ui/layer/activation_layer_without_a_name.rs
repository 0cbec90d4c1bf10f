use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(784 => 700),
        Activation,
        logits: Dense(700 => 10),
        Activation("softmax"),
    }
}

fn main() {}
