use katachi::prelude::*;

fn main() {
    let _ = Tensor::scalar(1_i32) + Tensor::scalar(1_i64);
}
