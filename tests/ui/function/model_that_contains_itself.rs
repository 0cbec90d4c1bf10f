use katachi::prelude::*;

model! {
    pub struct Tree {
        branch: Tree(4 => 4),
    }

    fn forward(x: [4]) -> [4] {
        branch(x)
    }
}

fn main() {}
