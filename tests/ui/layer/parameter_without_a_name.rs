use katachi::prelude::*;

model! {
    pub struct M {
        Param(6, 4),
        Embedding(1000 => 16),
    }

    fn forward(word: []) -> [] {
        word
    }
}

fn main() {}
