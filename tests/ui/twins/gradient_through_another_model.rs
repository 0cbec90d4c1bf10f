use katachi::prelude::*;

model! {
    pub struct Force {
        energy: Dense(4 => 1, tanh),
    }

    fn forward(x: [4]) -> [4] {
        -grad(sum(energy(x)), x)
    }
}

fn main() {}
