//! The tutorial of TensorFlow Core: a multilayer perceptron that reads MNIST, written with `model!` and `Trainer`.
//!
//! `cargo run --release --example mnist`, which downloads MNIST once, or with `-- --data FOLDER` that holds its four files.
//! After 10 epochs, each a few seconds, it reads 98 of 100 test images. The same seed prints the same numbers, on any number
//! of threads. With `--pictures FOLDER` it draws curves, a heat map of what is taken for what, and images.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use clap::Parser;
use katachi::callback::CtrlC;
use katachi::plot;
use katachi::prelude::*;
use katachi::save::Extras;

model! {
    /// The multilayer perceptron of the tutorial. Weights begin as Glorot and Bengio draw them, biases at zero.
    pub struct Mlp {
        hidden1: Dense(784 => 700, relu),
        hidden2: Dense(700 => 500, relu),
        logits: Dense(500 => 10),
    }
}

type Digits = Dataset<shape!(784), Labels<U10>>;

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Trains a multilayer perceptron on MNIST.
#[derive(Parser)]
struct Options {
    /// The folder of MNIST's four files, compressed or not; without, they are downloaded once
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,

    /// How often the training goes through all images
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = whole_number::<usize>)]
    epochs: usize,

    /// What decides the first weights and the order of the images
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole_number::<u64>)]
    seed: u64,

    /// Writes pictures into this folder
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,

    /// Saves the model, with what must be done to its inputs, to this file
    #[arg(long, value_name = "FILE", default_value = "mnist.safetensors")]
    save: PathBuf,
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
    let data::Mnist { train, test } = match &options.data {
        Some(folder) => data::mnist(folder)?,
        None => data::mnist_cached()?,
    };
    let (validation, train) = train.split_at(10_000)?;

    let mut mlp = Mlp::init(options.seed);
    println!("{}\n", mlp.summary());

    let mut trainer = Trainer::new(Adam::new(1e-3), SparseCategoricalCrossentropy::from_logits())
        .metric(Accuracy)
        .epochs(options.epochs)
        .batch_size(128)
        .seed(options.seed)
        .validation(&validation)
        .callback(CtrlC::new()?);
    let history = trainer.fit(&mut mlp, &train)?;

    let evaluation = trainer.evaluate(&mlp, &test)?;
    println!("test loss: {:.4}", evaluation.loss());
    println!("test accuracy: {:.4}\n", evaluation.get("accuracy").unwrap_or_default());

    let matrix = mlp.confusion_matrix(&test);
    println!("digit  images  accuracy");
    for digit in 0..10 {
        let images: u64 = (0..10).map(|predicted| matrix.count(digit, predicted)).sum();
        println!("{digit:>5}  {images:>6}  {:>8.4}", matrix.recall(digit));
    }

    export(&mlp, &test, &options.save)?;
    if let Some(folder) = &options.pictures {
        draw(&mlp, &history, &test, folder)?;
    }
    Ok(())
}

/// Saves the model with its preprocessing, and reads it again as a program would that knows nothing but the file.
fn export(mlp: &Mlp, test: &Digits, path: &Path) -> Result<(), Error> {
    // What the loader has done to the bytes: divided by 255.
    let extras = Extras::new().arrays("pixels", &[("divide_by", &[255.0])]).classes(&DIGITS);
    mlp.save_with(path, &extras)?;

    let (model, extras) = (Mlp::load(path)?, Extras::load(path)?);
    let divide_by = extras.get("pixels", "divide_by")?[0];
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they were bytes")]
    let bytes: Vec<u8> = test.inputs().sample(0).iter().map(|pixel| (pixel * 255.0).round() as u8).collect();
    #[allow(clippy::cast_possible_truncation, reason = "pixels are f32")]
    let pixels = bytes.iter().map(|&byte| (f64::from(byte) / divide_by) as f32).collect();
    let image = Batch::<shape!(784)>::from_vec(pixels)?;
    let class = model.predict_classes(&image)[0];
    assert_eq!(class, mlp.predict_classes(&test.take(1)?)[0]);
    println!(
        "\nsaved to {}; read again, it takes the first test image for a {}",
        path.display(),
        extras.class_names()[class as usize]
    );
    Ok(())
}

/// Curves, a heat map of what is taken for what, and images with the ones that are taken for others.
fn draw(mlp: &Mlp, history: &History, test: &Digits, folder: &Path) -> Result<(), Error> {
    plot::history(history).title("MNIST").write(folder.join("curves.svg"))?;
    let matrix = mlp.confusion_matrix(test);
    plot::confusion_matrix(&DIGITS, matrix.counts()).title("MNIST").write(folder.join("confusion.svg"))?;
    let predicted = mlp.predict_classes(test);
    let mut rows: Vec<usize> = (0..12).collect();
    rows.extend((12..test.len()).filter(|&row| predicted[row] != test.labels()[row]).take(12));
    let shown = test.choose(&rows)?;
    plot::images(shown.inputs().as_slice(), [28, 28, 1])
        .labels(shown.labels())
        .predictions(&mlp.predict_classes(&shown))
        .title("MNIST: the first images, and the first that it takes for another digit")
        .write(folder.join("images.png"))
}
