use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dense(8 => 8, kernel_initializer = random_normal(std = 0.1)),
        hidden2: Dense(8 => 8, kernel_initializer = truncated_normal(stdev = 0.1)),
        hidden3: Dense(8 => 8, kernel_initializer = orthogonal(seed = 3)),
        output: Dense(8 => 2, kernel_initializer = random_uniform(low = 0.1)),
    }
}

fn main() {}
