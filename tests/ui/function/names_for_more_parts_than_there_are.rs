use katachi::prelude::*;

model! {
    pub struct Mixture {
        all: Dense(4 => 12),
    }

    fn forward(x: [4]) -> [4] {
        let (alpha, sigma) = split(all(x), 3);
        alpha + sigma
    }
}

fn main() {}
