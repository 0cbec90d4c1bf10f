use katachi::prelude::*;

fn main() {
    let _ = tensor![[1, 2], [3, 4]].sum_axis_keepdims::<2>();
}
