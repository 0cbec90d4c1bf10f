use katachi::prelude::*;
use katachi::typenum::Unsigned;

/// The mean of the targets, which are labels.
fn mean<X: Shape, Classes: Unsigned + 'static>(data: &Dataset<X, Labels<Classes>>) -> f32 {
    data.labels().iter().sum::<u32>() as f32 / data.len() as f32
}

fn main() {
    println!("{}", mean(&data::digits()));
}
