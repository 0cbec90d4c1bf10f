use katachi::prelude::*;

model! {
    pub struct Mlp {
        Input(2, 2, 2, 2, 2, 2, 2),
        Flatten,
    }
}

fn main() {}
