use katachi::prelude::*;

model! {
    pub struct M {
        weight: Param(6 => 4),
        bias: Param([4]),
        table: Param(6, 4, initializer = zeros),
    }

    fn forward(x: [6]) -> [4] {
        matmul(x, weight) + bias + sum(table, axis = 0)
    }
}

fn main() {}
