use katachi::prelude::*;

model! {
    pub struct Encoder {
        code: Dense(54 => 32),
    }
}

model! {
    pub struct Classifier {
        stem: Dense(54 => 54),
        encoder: Encoder(54 => 32),
    }

    fn forward(x: [54]) -> [] {
        sum(encoder(stem(x)))
    }
}

fn main() {}
