use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(x: [4]) -> [6] {
        let h = leaky_relu(hidden(x), slope = 0.1);
        gelu(relu(h, 0.1), approximate = tanh)
    }
}

fn main() {}
