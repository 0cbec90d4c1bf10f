use katachi::prelude::*;

fn main() {
    let _ = tensor![1, 2, 3].zip_map(&tensor![1, 2, 3], |a, b| a + b);
}
