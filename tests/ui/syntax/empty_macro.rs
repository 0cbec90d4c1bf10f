use katachi::prelude::*;

model! {}

fn main() {}
