use katachi::prelude::*;

fn main() {
    let mut x = tensor![1, 2, 3];
    x.narrow_mut::<0, 0>(1).unwrap().fill(0);
}
