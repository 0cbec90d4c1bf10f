use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(_ => 2),
    }

    fn forward(x: [4], y: [3]) -> [2] {
        hidden(x) + hidden(y)
    }
}

fn main() {}
