use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 3),
    }

    fn forward(x: [4]) -> [] {
        let h = hidden(x);
        std(h) + round(tan(sum(h)))
    }
}

fn main() {}
