use katachi::prelude::*;

model! {
    pub struct M {
        hidden: dense(784 => 700),
        logits: convolution(700 => 10),
    }
}

fn main() {}
