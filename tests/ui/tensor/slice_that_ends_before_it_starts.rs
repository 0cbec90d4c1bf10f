use katachi::prelude::*;

fn main() {
    let _ = tensor![1, 2, 3].slice::<0, 2, 1>();
}
