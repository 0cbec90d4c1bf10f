use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
        scale: Param(3),
    }

    fn forward(x: [4]) -> [3] {
        self.hidden(x) * self.scale
    }
}

fn main() {}
