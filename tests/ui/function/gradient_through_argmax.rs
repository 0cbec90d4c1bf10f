use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4]) -> [4] {
        grad(argmax(hidden(x)), x)
    }
}

fn main() {}
