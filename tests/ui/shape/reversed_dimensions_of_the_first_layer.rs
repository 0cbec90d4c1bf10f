use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dense(700 => 784, relu),
        hidden2: Dense(700 => 10),
    }
}

fn main() {}
