use katachi::prelude::*;

model! {
    pub struct Encoder {
        code: Dense(784 => 32, relu),
    }

    pub struct Decoder {
        image: Dense(32 => 784, sigmoid),
    }
}

fn main() {}
