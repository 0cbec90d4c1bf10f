use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 700, relu, kernel_initializer = identity),
        output: Dense(_ => 10, kernel_initializer = identity(gain = 0.5)),
    }
}

fn main() {}
