use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(8 => 8, bias_initializer = orthogonal),
        output: Dense(8 => 2, bias_initializer = identity),
    }
}

fn main() {}
