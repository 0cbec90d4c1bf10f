use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [6] {
        let h = hidden(x);
        exp(h, 2) + minimum(h, 0.0, 1.0)
    }
}

fn main() {}
