use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(1 => 2),
    }

    fn forward(x: []) -> [2] {
        hidden(x)
    }
}

fn main() {}
