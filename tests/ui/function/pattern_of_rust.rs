use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [6] {
        let [a, b, c, d] = x;
        hidden(stack(a, b, c, d))
    }
}

fn main() {}
