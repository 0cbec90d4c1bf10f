use katachi::prelude::*;

fn main() {
    let _ = tensor![1, 2].one_hot::<3, f32>();
}
