use katachi::prelude::*;

const WIDTH: usize = 28;

fn main() {
    let _ = Tensor::<shape!(WIDTH + 1)>::zeros();
}
