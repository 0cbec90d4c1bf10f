use katachi::prelude::*;

/// A split with as much of each class, of targets that are no classes.
fn split<X: Shape, S: Shape>(data: Dataset<X, Values<S>>) -> Result<usize, Error> {
    let (train, _) = data.split(0.8)?;
    Ok(train.len())
}

fn main() {
    let _ = split(data::digits().one_hot());
}
