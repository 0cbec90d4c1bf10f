use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 4),
    }

    fn forward(x: [4]) -> [4] {
        let mut h = hidden(x);
        h += x;
        h = relu(h);
        h
    }
}

fn main() {}
