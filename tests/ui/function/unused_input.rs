use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 2),
    }

    fn forward(x: [4], extra: [3]) -> [2] {
        hidden(x)
    }
}

fn main() {}
