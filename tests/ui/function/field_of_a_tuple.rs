use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [3] {
        let parts = split(hidden(x), 2);
        parts.0 + parts
    }
}

fn main() {}
