use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 4),
    }

    fn forward(x: [4]) -> [4] {
        hidden(&x)
    }
}

fn main() {}
