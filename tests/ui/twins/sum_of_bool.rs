use katachi::prelude::*;

fn main() {
    let _ = tensor![true, false].cast::<i32>().sum();
}
