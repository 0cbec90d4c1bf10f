use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn call(x: [4]) -> [6] {
        hidden(x)
    }
}

fn main() {}
