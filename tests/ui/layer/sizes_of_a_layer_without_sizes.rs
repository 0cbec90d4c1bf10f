use katachi::prelude::*;

model! {
    pub struct Mlp {
        Input(784),
        Flatten(784 => 784),
        Relu(784),
    }
}

fn main() {}
