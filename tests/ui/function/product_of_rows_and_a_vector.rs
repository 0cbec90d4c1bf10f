use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [5, 4], weights: [5]) -> [5, 3] {
        hidden(x) * weights
    }
}

fn main() {}
