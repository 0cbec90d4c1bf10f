use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(99999999999999999999 => 10),
    }
}

fn main() {}
