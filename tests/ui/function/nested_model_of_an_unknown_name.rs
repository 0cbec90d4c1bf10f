use katachi::prelude::*;

model! {
    pub struct Encoder {
        code: Dense(54 => 32),
    }
}

model! {
    pub struct Classifier {
        stem: Dense(60 => 54),
        encoder: Encodr(54 => 32),
    }
}

fn main() {}
