use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [6] {
        let h = hidden(x);
        h * (h > 0.0)
    }
}

fn main() {}
