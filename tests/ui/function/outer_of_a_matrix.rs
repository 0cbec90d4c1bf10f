use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [2, 4]) -> [3, 3] {
        let h = hidden(x);
        outer(h, h[0])
    }
}

fn main() {}
