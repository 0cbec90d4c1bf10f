use katachi::prelude::*;

fn main() -> Result<(), Error> {
    let data = data::digits();
    let weights: Vec<f64> = data.labels().iter().map(|&label| f64::from(label + 1)).collect();
    data.with_weights(weights)?;
    Ok(())
}
