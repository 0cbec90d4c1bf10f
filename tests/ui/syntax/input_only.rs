use katachi::prelude::*;

model! {
    pub struct Mlp {
        Input(784),
    }
}

fn main() {}
