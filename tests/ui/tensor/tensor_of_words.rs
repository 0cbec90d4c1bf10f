use katachi::prelude::*;

fn main() {
    let _ = tensor!["a", "b"];
}
