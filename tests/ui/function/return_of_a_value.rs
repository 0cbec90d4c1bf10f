use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 4),
    }

    fn forward(x: [4]) -> [4] {
        return hidden(x);
    }
}

fn main() {}
