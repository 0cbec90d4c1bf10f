use katachi::prelude::*;

model! {
    pub struct Encoder {
        code: Dense(54 => 32),
    }
}

model! {
    pub struct Classifier {
        encoder: Encoder(54 => 32),
    }

    fn forward(x: [6, 9]) -> [32] {
        encoder(x)
    }
}

fn main() {}
