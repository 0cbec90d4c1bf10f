use katachi::prelude::*;

fn main() {
    let _ = tensor![[1, 2], [3, 4]].permute::<shape!(1, 2)>();
}
