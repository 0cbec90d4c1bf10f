use katachi::prelude::*;

fn main() {
    let x = Tensor::<shape!(2, 2)>::boxed_zeros();
    let _ = x.sum_axis::<2>();
}
