use katachi::prelude::*;

fn main() {
    let x = Tensor::<shape!(2, 2)>::boxed_zeros();
    let _ = x.concat::<0, _>(&tensor![[5.0, 6.0, 7.0]]);
}
