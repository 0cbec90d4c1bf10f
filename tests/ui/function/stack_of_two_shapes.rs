use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4]) -> [2, 4] {
        stack(x, hidden(x))
    }
}

fn main() {}
