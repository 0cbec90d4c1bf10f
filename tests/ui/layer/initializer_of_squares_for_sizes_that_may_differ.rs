use katachi::prelude::*;

model! {
    pub struct Mlp<In, Hidden> {
        hidden: Dense(In => Hidden, relu, kernel_initializer = identity),
        output: Dense(Hidden => 10),
    }
}

fn main() {}
