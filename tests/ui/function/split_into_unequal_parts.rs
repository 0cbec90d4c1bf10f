use katachi::prelude::*;

model! {
    pub struct Glu {
        both: Dense(4 => 7),
    }

    fn forward(x: [4]) -> [3] {
        let (a, b) = split(both(x), 2);
        a * sigmoid(b)
    }
}

fn main() {}
