use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4]) -> [3] {
        if sum(x) > 0.0 { hidden(x) } else { -hidden(x) }
    }
}

fn main() {}
