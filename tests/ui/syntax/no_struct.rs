use katachi::prelude::*;

model! {
    hidden: Dense(784 => 700, relu),
}

fn main() {}
