use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dense(8 => 8, kernel_constraint = max_norm(0)),
        hidden2: Dense(8 => 8, kernel_constraint = min_max_norm(min_value = 2.0, max_value = 1.0)),
        hidden3: Dense(8 => 8, kernel_constraint = min_max_norm(rate = 1.5)),
        hidden4: Dense(8 => 8, kernel_constraint = unit_norm(axis = -1)),
        output: Dense(8 => 2, kernel_constraint = non_negative(0.0)),
    }
}

fn main() {}
