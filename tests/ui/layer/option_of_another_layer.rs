use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 10, relu),
        Dropout(0.2, kernel_initializer = zeros),
        Flatten(bias = false),
    }
}

fn main() {}
