use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4], t: []) -> [2, 3] {
        [hidden(x), t]
    }
}

fn main() {}
