use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6, rleu),
        logits: Dense(5 => 2),
    }

    fn forward(x: [4], y: [3]) -> [2] {
        let h = hidden(x) + sofmax(y);
        let g = x + y;
        logits(h) * scale + sum(g, dim = 0)
    }
}

fn main() {}
