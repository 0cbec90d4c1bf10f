use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(_ => 3),
    }

    fn forward(x: [4]) -> [3] {
        matmul(x, hidden.weight) + hidden(x)
    }
}

fn main() {}
