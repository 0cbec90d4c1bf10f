use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden1: Dense(8 => 8, kernel_constraint = max_nrom(2.0)),
        hidden2: Dense(8 => 8, kernel_constraint = non_neg),
        hidden3: Dense(8 => 8, bias_constraint = positive),
        output: Dense(8 => 2, kernel_constraint = 2.0),
    }
}

fn main() {}
