use katachi::prelude::*;

fn main() {
    let x = tensor![1, 2];
    let _ = x.less(&tensor![2, 1]).select(&x, &tensor![0, 0]);
}
