use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4]) -> [3] {
        hidden(Dropout(x))
    }
}

fn main() {}
