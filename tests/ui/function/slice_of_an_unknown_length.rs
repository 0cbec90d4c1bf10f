use katachi::prelude::*;

model! {
    pub struct M<N> {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [N]) -> [3] {
        hidden(x[1..N])
    }
}

fn main() {}
