use katachi::prelude::*;

model! {
    pub struct Block<N> {
        inner: Dense(N => N, relu),
    }
}

model! {
    pub struct Classifier {
        stem: Dense(60 => 32),
        block: Block<U32>(32 => 16),
    }
}

fn main() {}
