use katachi::prelude::*;

model! {
    #[repr(packed)]
    pub struct Mlp {
        logits: Dense(784 => 10),
    }
}

fn main() {}
