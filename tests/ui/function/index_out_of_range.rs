use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 2),
    }

    fn forward(x: [4]) -> [] {
        hidden(x)[2]
    }
}

fn main() {}
