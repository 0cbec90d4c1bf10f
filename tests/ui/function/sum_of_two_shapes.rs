use katachi::prelude::*;

model! {
    pub struct Residual {
        body: Dense(54 => 32, relu),
    }

    fn forward(x: [54]) -> [32] {
        x + body(x)
    }
}

fn main() {}
