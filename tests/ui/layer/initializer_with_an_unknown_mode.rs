use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dense(8 => 8, kernel_initializer = variance_scaling(mode = fan_im)),
        hidden2: Dense(8 => 8, kernel_initializer = variance_scaling(2.0, fan_in, normal)),
        output: Dense(8 => 2, kernel_initializer = variance_scaling(mode = "fan_in")),
    }
}

fn main() {}
