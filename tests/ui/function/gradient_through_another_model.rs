use katachi::prelude::*;

model! {
    pub struct Energy {
        hidden: Dense(4 => 1),
    }
}

model! {
    pub struct Force {
        energy: Energy(4 => 1),
    }

    fn forward(x: [4]) -> [4] {
        -grad(sum(energy(x)), x)
    }
}

fn main() {}
