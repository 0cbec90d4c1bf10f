use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(784 => 2),
    }

    fn forward(image: [28, 28]) -> [2] {
        hidden(image)
    }
}

fn main() {}
