use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dens(784 => 700, relu),
        hidden2: Dense(600 => 500, rleu),
        Dropout(2.0),
        hidden2: Dense(500 => 300, bias = no),
        logits: Dense(200 => 10),
    }
}

fn main() {}
