use katachi::prelude::*;

fn main() {
    let _ = Tensor::<shape!(3, 0)>::zeros();
}
