use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [5]) -> [6] {
        hidden(x[0..=3])
    }
}

fn main() {}
