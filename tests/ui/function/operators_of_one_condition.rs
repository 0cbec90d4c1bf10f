use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 4),
    }

    fn forward(x: [4]) -> [4] {
        select(x > 0.0 && x < 1.0, hidden(x), 0.0)
    }
}

fn main() {}
