use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(8 => 8, bias = false, bias_l2 = 1e-4),
        output: Dense(8 => 2, bias = false, bias_constraint = non_negative),
    }
}

fn main() {}
