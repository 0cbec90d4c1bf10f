use katachi::prelude::*;

model! {
    pub struct Mlp {
        Input(1000000, 1000000, 1000000),
        Flatten,
    }
}

fn main() {}
