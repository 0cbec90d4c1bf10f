//! An expansion needs nothing of `std`, not even its prelude.
#![no_std]

extern crate std;

katachi::model! {
    pub struct Mlp {
        hidden: Dense(4 => 3, gelu),
        Dropout(0.5),
        logits: Dense(3 => 2, softmax),
    }
}

fn main() {}
