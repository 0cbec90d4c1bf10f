use katachi::prelude::*;

model! {
    pub struct M {
        #[frozen(true)]
        hidden: Dense(4 => 3),
        logits: Dense(3 => 2),
    }
}

fn main() {}
