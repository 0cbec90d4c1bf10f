use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(8 => 8, kernel_constraint = max_norm(2.0, axis = 2)),
        output: Dense(8 => 2, bias_constraint = unit_norm(axis = 1)),
    }
}

fn main() {}
