use katachi::prelude::*;

model! {
    pub struct Encoder {
        code: Dense(54 => 32),
    }
}

model! {
    pub struct Classifier {
        encoder: Encoder,
    }

    fn forward(x: [54]) -> [] {
        sum(encoder(x))
    }
}

fn main() {}
