use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 6),
    }

    fn forward(&self, x: [4]) -> [6] {
        self.hidden(x)
    }
}

fn main() {}
