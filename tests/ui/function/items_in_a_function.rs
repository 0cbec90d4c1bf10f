use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [6] {
        const HALF: f64 = 0.5;
        fn twice(x: f64) -> f64 { 2.0 * x }
        hidden(x) * HALF
    }
}

fn main() {}
