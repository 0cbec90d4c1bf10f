use katachi::prelude::*;

model! {
    pub struct Mlp {
        Input(784),
        hidden1: Dense(700 => 784, relu),
        hidden2: Dense(700 => 10),
    }
}

fn main() {}
