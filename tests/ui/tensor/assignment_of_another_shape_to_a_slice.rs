use katachi::prelude::*;

fn main() {
    let mut x = tensor![1, 2, 3];
    x.slice_mut::<0, 0, 2>().assign(&tensor![1, 2, 3]);
}
