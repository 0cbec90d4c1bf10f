use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(3 => 3),
    }

    fn forward(x: [4]) -> [3] {
        hidden(x[2..5]) + hidden(slice(x, 3..3))
    }
}

fn main() {}
