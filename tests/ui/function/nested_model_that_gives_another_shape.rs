use katachi::prelude::*;

model! {
    pub struct Encoder {
        code: Dense(54 => 32),
    }
}

model! {
    pub struct Classifier {
        stem: Dense(60 => 54),
        encoder: Encoder,
        logits: Dense(30 => 7),
    }

    fn forward(x: [60]) -> [7] {
        logits(encoder(stem(x)))
    }
}

fn main() {}
