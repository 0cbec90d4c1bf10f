use katachi::prelude::*;

fn main() {
    let start = 1;
    let _ = tensor![1, 2, 3].narrow::<0, 4>(start);
}
