use katachi::prelude::*;

model! {
    pub struct M {
        bias: Param(6),
        table: Embedding(5 => 6),
    }

    fn forward(i: []) -> [6] {
        lookup(bias, i) + table(i)
    }
}

fn main() {}
