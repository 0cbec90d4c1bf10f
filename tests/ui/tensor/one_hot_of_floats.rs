use katachi::prelude::*;

fn main() {
    let _ = tensor![1.0, 2.0].one_hot::<3, f32>();
}
