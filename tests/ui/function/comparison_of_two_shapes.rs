use katachi::prelude::*;

model! {
    pub struct Gate {
        a: Dense(4 => 3),
    }

    fn forward(x: [4], y: [2, 2]) -> [3] {
        select(a(x) > y, a(x), 0.0)
    }
}

fn main() {}
