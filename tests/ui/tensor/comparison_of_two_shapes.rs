use katachi::prelude::*;

fn main() {
    let _ = tensor![1, 2].less(&tensor![1, 2, 3]);
}
