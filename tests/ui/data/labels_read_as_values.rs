use katachi::prelude::*;
use katachi::typenum::Unsigned;

/// The mean of the targets, which are labels.
fn mean<X: Shape, Classes: Unsigned + 'static>(data: &Dataset<X, Labels<Classes>>) -> f32 {
    data.targets().as_batch().as_slice().iter().sum::<f32>() / data.len() as f32
}

fn main() {
    println!("{}", mean(&data::digits()));
}
