use katachi::prelude::*;

model! {
    pub struct M {
        table: Param(6),
    }

    fn forward() -> [6] {
        table
    }
}

fn main() {}
