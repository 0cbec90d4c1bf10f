use katachi::prelude::*;

fn main() -> Result<(), Error> {
    let data = data::digits();
    let weights: Vec<f32> = data.labels().iter().map(|&label| (label + 1) as f32).collect();
    data.with_weights(weights)?;
    Ok(())
}
