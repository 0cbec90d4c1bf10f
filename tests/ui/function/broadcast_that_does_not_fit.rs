use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [6, 2] {
        broadcast(hidden(x), [6, 2])
    }
}

fn main() {}
