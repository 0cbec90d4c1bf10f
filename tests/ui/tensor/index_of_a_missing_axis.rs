use katachi::prelude::*;

fn main() {
    let _ = tensor![1, 2, 3].index_axis::<1>(0);
}
