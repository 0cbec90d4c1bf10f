use katachi::prelude::*;

fn main() {
    let _ = tensor![[[1, 2]]].transpose();
}
