use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(7 => 2),
    }

    fn forward(x: [4], y: [3]) -> [2] {
        hidden(x, y)
    }
}

fn main() {}
