use katachi::prelude::*;

fn main() {
    let _ = tensor![[1, 2], [3, 4]].concat::<0, _>(&tensor![[5, 6, 7]]);
}
