use katachi::prelude::*;

model! {
    pub struct Mlp {
        output: Dense(8 => 2, kernel_initializer = random_uniform(0.1, -0.1)),
    }
}

fn main() {}
