//! A sine from a network of two hidden layers of ten: 1-10-10-1, ten thousand epochs over a thousand points.
//!
//! `cargo run --release --example sine`. With `--pictures FOLDER` it writes the true and the predicted curve, the loss, and the
//! learning rate.

use std::f32::consts::TAU;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use katachi::plot;
use katachi::prelude::*;
use katachi::schedule::CosineDecay;

model! {
    /// From x to sin x.
    struct Sine {
        hidden1: Dense(1 => 10, tanh),
        hidden2: Dense(10 => 10, tanh),
        output: Dense(10 => 1),
    }
}

/// Learns the sine.
#[derive(Parser)]
struct Options {
    /// How often the training goes through all points
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    epochs: u64,

    /// Writes pictures into this folder
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,
}

const SAMPLES: u16 = 1000;

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
    // Points between those that are trained on tell whether it is the function that was learnt.
    let (train, test) = (points(0.0)?, points(0.5)?);
    let mut sine = Sine::init(1);
    println!("{}\n", sine.summary());

    let steps = options.epochs;
    let schedule = Schedule::from(CosineDecay::new(1e-2, steps).alpha(1e-3));
    let mut trainer = Trainer::new(Adam::new(schedule.clone()), MeanSquaredError)
        .epochs(usize::try_from(steps).unwrap_or(usize::MAX))
        .batch_size(SAMPLES.into())
        .verbose(0);
    let history = trainer.fit(&mut sine, &train)?;
    let evaluation = trainer.evaluate(&sine, &test)?;
    eprintln!(
        "loss on the points: {:.2e}, between them: {:.2e}",
        history.last("loss").unwrap_or(f64::NAN),
        evaluation.loss()
    );
    println!("mean squared error at most 1e-5: {}", if evaluation.loss() <= 1e-5 { "yes" } else { "no" });
    for tenths in [0_u8, 1, 2, 3, 4, 5] {
        let x = f32::from(tenths) * 0.2 * TAU;
        let y = sine.predict(&Tensor::from([x / TAU])).as_slice()[0];
        println!("sin({x:.2}) = {:>5.2}, predicted {:>5.2}", rounded(x.sin()), rounded(y));
    }

    if let Some(folder) = &options.pictures {
        let shown = test.choose(&(0..test.len()).step_by(20).collect::<Vec<usize>>())?;
        let x: Vec<f32> = shown.inputs().as_slice().iter().map(|x| x * TAU).collect();
        plot::fit(&x, shown.targets().as_slice())
            .line("predicted", sine.predict(&shown).as_slice())
            .title("The sine, and what was learnt of it")
            .write(folder.join("sine.svg"))?;
        plot::history(&history).logarithmic().title("Sine: loss").write(folder.join("loss.svg"))?;
        plot::learning_rate(steps, |step| schedule.at(step))
            .title("Sine: learning rate")
            .write(folder.join("rate.svg"))?;
    }
    Ok(())
}

/// To two decimals, and without a sign if that is 0.
fn rounded(value: f32) -> f32 {
    (value * 100.0).round() / 100.0 + 0.0
}

/// Points of one period, each that much of a step from where it begins; x is given in periods.
fn points(shift: f32) -> Result<Dataset<shape!(1), Values<shape!(1)>>, Error> {
    let x: Vec<f32> = (0..SAMPLES).map(|sample| (f32::from(sample) + shift) / f32::from(SAMPLES)).collect();
    let y = x.iter().map(|x| (x * TAU).sin()).collect();
    Dataset::from_values(x, y)
}
