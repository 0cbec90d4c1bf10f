use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(4294967296 => 4294967296, relu),
    }
}

fn main() {}
