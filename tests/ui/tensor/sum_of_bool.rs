use katachi::prelude::*;

fn main() {
    let _ = tensor![true, false].sum();
}
