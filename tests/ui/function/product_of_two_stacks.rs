use katachi::prelude::*;

model! {
    pub struct Attention {
        query: Dense(6 => 6),
    }

    fn forward(x: [4, 5, 6], y: [3, 6, 5]) -> [4, 5, 5] {
        matmul(query(x), y)
    }
}

fn main() {}
