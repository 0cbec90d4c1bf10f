use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(5 => 3),
    }

    fn forward(x: [4], t: []) -> [3] {
        hidden(concat(x, t))
    }
}

fn main() {}
