use katachi::prelude::*;

model! {
    pub struct Mlp {
        pub logits: Dense(784 => 10),
    }
}

fn main() {}
