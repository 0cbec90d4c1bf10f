use katachi::prelude::*;

model! {
    pub struct Mlp {
        _: Dense(784 => 10),
    }
}

fn main() {}
