use katachi::prelude::*;

fn main() {
    let _ = tensor![[1, 2], [3, 4]].permute::<axes!(1, 1)>();
}
