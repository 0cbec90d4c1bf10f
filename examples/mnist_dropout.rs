//! The quickstart of TensorFlow: MNIST with one hidden layer of 512, dropout, and TensorBoard.
//!
//! `cargo run --release --example mnist_dropout -- --data FOLDER --logs logs`, then `tensorboard --logdir logs`. Without
//! `--data` the four files of MNIST are downloaded once.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use katachi::callback::TensorBoard;
use katachi::plot;
use katachi::prelude::*;

model! {
    /// Half of a million parameters, a fifth of whose hidden values is dropped in each step.
    struct Quickstart {
        hidden: Dense(784 => 512, relu),
        Dropout(0.2),
        logits: Dense(512 => 10),
    }
}

/// Trains on MNIST, and writes what TensorBoard shows.
#[derive(Parser)]
struct Options {
    /// The folder of MNIST's four files, compressed or not
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,

    /// How often the training goes through all images
    #[arg(long, value_name = "N", default_value_t = 5)]
    epochs: usize,

    /// Where the files for TensorBoard are written
    #[arg(long, value_name = "FOLDER", default_value = "logs")]
    logs: PathBuf,

    /// Writes a picture into this folder
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,
}

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
    let data::Mnist { train, test } = match &options.data {
        Some(folder) => data::mnist(folder)?,
        None => data::mnist_cached()?,
    };
    let mut model = Quickstart::init(1);
    println!("{}\n", model.summary());
    let mut trainer = Trainer::new(Adam::new(1e-3), SparseCategoricalCrossentropy::from_logits())
        .metric(Accuracy)
        .epochs(options.epochs)
        .seed(1)
        .validation(&test)
        .callback(TensorBoard::new(&options.logs).histogram_freq(1));
    let history = trainer.fit(&mut model, &train)?;

    let evaluation = trainer.evaluate(&model, &test)?;
    eprintln!("test loss: {:.4}", evaluation.loss());
    println!("test accuracy: {:.2}", evaluation.get("accuracy").unwrap_or_default());
    println!("tensorboard --logdir {}", options.logs.display());
    if let Some(folder) = &options.pictures {
        plot::history(&history).title("MNIST with dropout").write(folder.join("mnist_dropout.svg"))?;
    }
    Ok(())
}
