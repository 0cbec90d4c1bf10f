use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(8 => 8, kernel_initializer = random_normal(0.0, 0.1, 3)),
        output: Dense(8 => 2, kernel_initializer = random_normal(0.0, mean = 1.0)),
    }
}

fn main() {}
