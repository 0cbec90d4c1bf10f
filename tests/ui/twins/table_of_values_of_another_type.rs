use katachi::data::Csv;
use katachi::prelude::*;

fn read<X: Shape, S: Shape>() -> Result<usize, Error> {
    let data = Csv::open("houses.csv").target("price").read_as::<X, Values<S, f64>, f64>()?;
    Ok(data.len())
}

fn main() {
    let _ = read::<shape!(2), shape!(1)>();
}
