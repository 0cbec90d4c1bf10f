use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dense(8 => 8, kernel_initializer = random_normal(stddev = 0)),
        hidden2: Dense(8 => 8, kernel_initializer = truncated_normal(stddev = -0.1)),
        output: Dense(8 => 2, kernel_initializer = variance_scaling(scale = 0.0)),
    }
}

fn main() {}
