//! First steps: a network that reads handwritten digits, from its declaration to its mistakes.
//!
//! `cargo run --release --example digits` needs nothing but this repository: the images are embedded in the library.

use std::process::ExitCode;

use katachi::prelude::*;

model! {
    /// From the 64 pixels of an image to a score for each digit.
    struct Reader {
        hidden: Dense(64 => 32, relu),
        scores: Dense(32 => 10),
    }
}

type Digits = Dataset<shape!(64), Labels<U10>>;

fn main() -> ExitCode {
    // An `Error` is a sentence that says what to do.
    match train() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn train() -> Result<(), Error> {
    // The test images are looked at once, at the end; the validation images after every epoch.
    let (rest, test) = data::digits().shuffle(1).split(0.8)?;
    let (train, validation) = rest.split(0.9)?;

    let mut reader = Reader::init(1);
    println!("{}\n", reader.summary());

    // The loss fits a model that ends in scores. After `Dense(32 => 10, softmax)` this line would not compile.
    let mut trainer = Trainer::new(Adam::new(1e-2), SparseCategoricalCrossentropy::from_logits())
        .metric(Accuracy)
        .epochs(20)
        .batch_size(32)
        .seed(1)
        .validation(&validation);
    trainer.fit(&mut reader, &train)?;

    let predicted = reader.predict_classes(&test);
    let (right, wrong): (Vec<usize>, Vec<usize>) =
        (0..test.len()).partition(|&sample| predicted[sample] == test.labels()[sample]);
    println!("test accuracy: {:.4}\n", right.len() as f64 / test.len() as f64);

    println!("The first {SIDE_BY_SIDE} that it reads right, and the first that it does not:");
    draw(&test, &predicted, &right);
    draw(&test, &predicted, &wrong);
    Ok(())
}

/// How many images fit into a line of 80 characters.
const SIDE_BY_SIDE: usize = 4;

/// Draws the first of these samples, each pixel two characters wide, as characters are twice as high as wide.
fn draw(digits: &Digits, predicted: &[u32], samples: &[usize]) {
    let samples = &samples[..samples.len().min(SIDE_BY_SIDE)];
    let pixels = |sample: usize| &digits.inputs().as_slice()[sample * 64..][..64];
    for row in 0..8 {
        let line: Vec<String> = samples.iter().map(|&sample| shades(&pixels(sample)[row * 8..][..8])).collect();
        println!("{}", line.join("  ").trim_end());
    }
    let captions: Vec<String> = samples
        .iter()
        .map(|&sample| format!("{:16}", format!("read {}, is {}", predicted[sample], digits.labels()[sample])))
        .collect();
    println!("{}\n", captions.join("  ").trim_end());
}

/// A row of pixels from 0 to 1.
fn shades(pixels: &[f32]) -> String {
    pixels
        .iter()
        .map(|pixel| match pixel {
            0.8.. => "██",
            0.6.. => "▓▓",
            0.4.. => "▒▒",
            0.2.. => "░░",
            _ => "  ",
        })
        .collect()
}
