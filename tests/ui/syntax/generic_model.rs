use katachi::prelude::*;

model! {
    pub struct Mlp<Hidden> {
        hidden: Dense(784 => Hidden, relu),
    }
}

fn main() {}
