//! Linear regression with bare parameters: three straight lines through a hundred points, fitted by gradient descent.
//!
//! `cargo run --release --example linear_regression`. With `--pictures FOLDER` it writes the loss on a logarithmic axis, a
//! straight line down to the noise of the data, and the true and the fitted lines.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use katachi::plot;
use katachi::prelude::*;

model! {
    /// y = x w + b, for three y at once. Without a layer: the parameters are declared, and the function says what they do.
    struct Regression {
        w: Param(1, 3),
        b: Param(3),
    }

    fn forward(x: [1]) -> [3] {
        matmul(x, w) + b
    }
}

/// Fits three lines by gradient descent.
#[derive(Parser)]
struct Options {
    /// Writes pictures into this folder
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,
}

const SAMPLES: usize = 100;
/// Slope and offset of each line, and the deviation of the noise on it.
const TRUTH: [(f32, f32); 3] = [(3.0, 2.0), (-2.0, 0.5), (0.5, -1.0)];
const NOISE: f32 = 0.05;

fn main() -> ExitCode {
    match train(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn train(options: &Options) -> Result<(), Error> {
    let data = points()?;
    let mut model = Regression::init(1);
    let mut trainer = Trainer::new(Sgd::new(0.1), MeanSquaredError).epochs(200).batch_size(SAMPLES).verbose(0);
    let history = trainer.fit(&mut model, &data)?;

    println!("line   slope: true, fitted   offset: true, fitted");
    for (line, (slope, offset)) in TRUTH.iter().enumerate() {
        let (w, b) = (model.w[line], model.b[line]);
        println!("{:>4}   {slope:>11.1} {w:>8.1}   {offset:>12.1} {b:>8.1}", line + 1);
    }
    let loss = history.last("loss").unwrap_or(f64::NAN);
    println!("\nloss after 200 steps: {loss:.3}, the noise alone is {:.3}", NOISE * NOISE);

    if let Some(folder) = &options.pictures {
        // Above the noise each step takes the same part of the loss away: a straight line on a logarithmic axis.
        plot::history(&history).logarithmic().title("Linear regression: loss").write(folder.join("loss.svg"))?;
        let x = data.inputs().as_slice();
        let column = |values: &[f32]| values.iter().step_by(3).copied().collect::<Vec<f32>>();
        let fitted = column(model.predict(&data).as_slice());
        let truth: Vec<f32> = x.iter().map(|x| TRUTH[0].0 * x + TRUTH[0].1).collect();
        plot::fit(x, &column(data.targets().as_slice()))
            .line("true", &truth)
            .line("fitted", &fitted)
            .title("Linear regression: the first line")
            .write(folder.join("lines.svg"))?;
    }
    Ok(())
}

/// Points on the three lines, with noise.
fn points() -> Result<Dataset<shape!(1), Values<shape!(3)>>, Error> {
    let x = Tensor::<shape!(100), f32>::uniform(-2.0, 2.0, 22);
    let noise = Tensor::<shape!(100, 3), f32>::normal(0.0, NOISE, 23);
    let lines = x.iter().flat_map(|x| TRUTH.map(|(slope, offset)| slope * x + offset));
    let y = lines.zip(noise.iter()).map(|(y, noise)| y + noise).collect();
    let x = x.as_slice().to_vec();
    Dataset::from_values(x, y)
}
