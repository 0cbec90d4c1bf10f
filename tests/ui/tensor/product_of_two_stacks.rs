use katachi::prelude::*;

fn main() {
    let x = tensor![[[1, 2]], [[3, 4]]];
    let y = tensor![[[1], [2]], [[3], [4]], [[5], [6]]];
    let _ = x.matmul(&y);
}
