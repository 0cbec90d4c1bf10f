use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [6] {
        hidden(x) + 0..6
    }
}

fn main() {}
