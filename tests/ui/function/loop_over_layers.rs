use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 4),
    }

    fn forward(x: [4]) -> [4] {
        let mut h = x;
        for _ in 0..3 {
            h = hidden(h);
        }
        h
    }
}

fn main() {}
