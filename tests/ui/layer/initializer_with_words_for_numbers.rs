use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(8 => 8, kernel_initializer = random_normal(stddev = small)),
        output: Dense(8 => 2, kernel_initializer = orthogonal(true)),
    }
}

fn main() {}
