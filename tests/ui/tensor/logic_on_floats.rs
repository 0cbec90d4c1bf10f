use katachi::prelude::*;

fn main() {
    let _ = Tensor::scalar(1.0) & Tensor::scalar(0.0);
}
