use katachi::prelude::*;

fn main() {
    let x = tensor![1, 2];
    let _ = Tensor::stack_all::<2, _>([&x, &x, &x]);
}
