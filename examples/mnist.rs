//! The tutorial of TensorFlow Core: a multilayer perceptron that reads MNIST, written with `model!` and `Trainer`.
//!
//! `cargo run --release --example mnist -- --data FOLDER`, where the folder holds MNIST's four files. After 10 epochs,
//! each a few seconds, it reads 98 of 100 test images. The same seed prints the same numbers, on any number of threads.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use clap::Parser;
use katachi::prelude::*;

model! {
    /// The multilayer perceptron of the tutorial. Weights begin as Glorot and Bengio draw them, biases at zero.
    pub struct Mlp {
        hidden1: Dense(784 => 700, relu),
        hidden2: Dense(700 => 500, relu),
        logits: Dense(500 => 10),
    }
}

/// Trains a multilayer perceptron on MNIST.
#[derive(Parser)]
struct Options {
    /// The folder of MNIST's four files, compressed or not
    #[arg(long, value_name = "FOLDER", default_value = "data/mnist")]
    data: PathBuf,

    /// How often the training goes through all images
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = whole_number::<usize>)]
    epochs: usize,

    /// What decides the first weights and the order of the images
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole_number::<u64>)]
    seed: u64,
}

/// What stands after an option. Of a number's own errors, a user would read "invalid digit found in string".
fn whole_number<T: FromStr>(text: &str) -> Result<T, &'static str> {
    text.parse().map_err(|_| "it must be a whole number")
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
    let data::Mnist { train, test } = data::mnist(&options.data)?;
    let (validation, train) = train.split_at(10_000)?;

    let mut mlp = Mlp::init(options.seed);
    println!("{}\n", mlp.summary());

    let mut trainer = Trainer::new(Adam::new(1e-3), SparseCategoricalCrossentropy::from_logits())
        .metric(Accuracy)
        .epochs(options.epochs)
        .batch_size(128)
        .seed(options.seed)
        .validation(&validation);
    trainer.fit(&mut mlp, &train)?;

    let evaluation = trainer.evaluate(&mlp, &test)?;
    println!("test loss: {:.4}", evaluation.loss());
    println!("test accuracy: {:.4}", evaluation.get("accuracy").unwrap_or_default());
    Ok(())
}
