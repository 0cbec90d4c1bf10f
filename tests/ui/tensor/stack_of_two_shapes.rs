use katachi::prelude::*;

fn main() {
    let _ = tensor![1, 2].stack::<0, _>(&tensor![1, 2, 3]);
}
