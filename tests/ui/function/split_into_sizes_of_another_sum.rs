use katachi::prelude::*;

model! {
    pub struct Mixture {
        all: Dense(4 => 12),
    }

    fn forward(x: [4]) -> [3] {
        let (alpha, sigma, mu) = split(all(x), [3, 3, 5]);
        alpha + sigma + sum(mu)
    }
}

fn main() {}
