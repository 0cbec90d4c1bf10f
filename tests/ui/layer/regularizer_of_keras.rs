use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dense(8 => 8, kernel_regularizer = l2),
        hidden2: Dense(8 => 8, bias_regularizer = l2),
        hidden3: Dense(8 => 8, orthogonal_regularizer = 0.01),
        output: Dense(8 => 2, kernel_l2 = 0.01),
    }
}

fn main() {}
