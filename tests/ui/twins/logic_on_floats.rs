use katachi::prelude::*;

fn main() {
    let _ = Tensor::scalar(true) & Tensor::scalar(false);
}
