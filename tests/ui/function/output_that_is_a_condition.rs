use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4]) -> [3] {
        hidden(x) > 0.5
    }
}

fn main() {}
