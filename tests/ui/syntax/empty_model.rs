use katachi::prelude::*;

model! {
    pub struct Mlp {
        
    }
}

fn main() {}
