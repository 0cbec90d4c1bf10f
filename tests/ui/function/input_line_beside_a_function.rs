use katachi::prelude::*;

model! {
    pub struct M {
        Input(4),
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [6] {
        hidden(x)
    }
}

fn main() {}
