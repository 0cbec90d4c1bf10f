//! What grows in a forest, from 54 numbers about the place: a table of 581,012 rows with seven classes, two of which have
//! half a percent of the rows each.
//!
//! `cargo run --release --example covertype -- --data covtype.csv.gz` trains 54-32-32-32-7 with Adam at 0.01 for 5 epochs, on
//! 2 % of the rows, and tests on 1 %, twice: on the numbers as they are, as a first attempt would, and then on standardised
//! numbers with the classes weighted by their rarity. `--whole` takes all rows, four fifths of them to train on.
//!
//! The data are *Covertype*, J. Blackard, UCI Machine Learning Repository, <https://doi.org/10.24432/C50K5N>, CC BY 4.0.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use katachi::data::{Csv, Scaler, Standardize};
use katachi::plot;
use katachi::prelude::*;
use katachi::save::Extras;

model! {
    /// From the 54 numbers to a score for each class.
    struct Forest {
        hidden1: Dense(54 => 32, relu),
        hidden2: Dense(32 => 32, relu),
        hidden3: Dense(32 => 32, relu),
        logits: Dense(32 => 7),
    }
}

type Places = Dataset<shape!(54), Labels<U7>>;

const CLASSES: [&str; 7] =
    ["Spruce/Fir", "Lodgepole Pine", "Ponderosa Pine", "Cottonwood/Willow", "Aspen", "Douglas-fir", "Krummholz"];

/// Classifies places in a forest.
#[derive(Parser)]
struct Options {
    /// The table, a CSV file, compressed or not
    #[arg(long, value_name = "FILE", default_value = "data/covtype.csv.gz")]
    data: PathBuf,

    /// All rows, not 3 % of them
    #[arg(long)]
    whole: bool,

    /// How often a training goes through its rows
    #[arg(long, value_name = "N", default_value_t = 5)]
    epochs: usize,

    /// How many rows a step takes
    #[arg(long, value_name = "N", default_value_t = 32)]
    batch_size: usize,

    /// Writes pictures into this folder
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,

    /// Saves the second model with its scaler to this file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Error> {
    let began = Instant::now();
    let all: Places = Csv::open(&options.data).label("Cover_Type").classes_from(1).read()?;
    eprintln!("{} rows read in {:.2} s", all.len(), began.elapsed().as_secs_f64());

    // Each part has of each class as much as the whole.
    let all = all.shuffle(1);
    let (train, test) = if options.whole {
        all.stratified_split(0.8)?
    } else {
        let (train, rest) = all.stratified_split(0.02)?;
        (train, rest.stratified_split(0.01 / 0.98)?.0)
    };
    println!("{} rows to train on, {} to test", train.len(), test.len());

    println!("\nThe numbers as they are:");
    let (first, _) = fit(options, &train)?;
    report(&first, &test);

    println!("\nStandardised, and the classes weighted:");
    let scaler = Standardize::fit(&train)?;
    let weighted = scaler.apply(&train)?.with_class_weights(&train.class_weights())?;
    let (second, history) = fit(options, &weighted)?;
    let test = scaler.apply(&test)?;
    report(&second, &test);

    if let Some(path) = &options.save {
        save(&second, &scaler, path)?;
    }
    if let Some(folder) = &options.pictures {
        let matrix = second.confusion_matrix(&test);
        plot::confusion_matrix(&CLASSES, matrix.counts()).title("Covertype").write(folder.join("confusion.svg"))?;
        let counts: Vec<u64> = train.class_counts().into_iter().map(|count| count as u64).collect();
        plot::class_counts(&CLASSES, &counts)
            .title("Covertype: rows of each class")
            .write(folder.join("classes.svg"))?;
        plot::history(&history).title("Covertype").write(folder.join("curves.svg"))?;
    }
    Ok(())
}

fn fit(options: &Options, data: &Places) -> Result<(Box<Forest>, History), Error> {
    let mut forest = Forest::init(1);
    let began = Instant::now();
    let mut trainer = Trainer::new(Adam::new(0.01), SparseCategoricalCrossentropy::from_logits())
        .metric(Accuracy)
        .epochs(options.epochs)
        .batch_size(options.batch_size)
        .seed(1);
    let history = trainer.fit(&mut forest, data)?;
    eprintln!("{:.3} s per epoch", began.elapsed().as_secs_f64() / options.epochs as f64);
    Ok((forest, history))
}

/// What part of each class is recognised, and of all.
fn report(forest: &Forest, test: &Places) {
    let matrix = forest.confusion_matrix(test);
    println!("{:<18}  rows  recall", "class");
    for (class, name) in (0..).zip(CLASSES) {
        let rows: u64 = (0..matrix.classes()).map(|predicted| matrix.count(class, predicted)).sum();
        println!("{name:<18} {rows:>5}  {:>6.2}", matrix.recall(class));
    }
    let mean: f64 = (0..matrix.classes()).map(|class| matrix.recall(class)).sum::<f64>() / matrix.classes() as f64;
    println!("mean recall {mean:.2}, accuracy {:.2}", matrix.accuracy());
}

/// The model with what must be done to its inputs, and the names of its classes, in one file; read again, it says the same.
fn save(forest: &Forest, scaler: &Scaler, path: &PathBuf) -> Result<(), Error> {
    let extras = Extras::new().arrays(scaler.kind(), &scaler.arrays()).classes(&CLASSES);
    forest.save_with(path, &extras)?;
    let (again, extras) = (Forest::load(path)?, Extras::load(path)?);
    assert_eq!(again.as_slice(), forest.as_slice());
    let arrays = extras.group(scaler.kind()).into_iter().map(|(name, values)| (name, values.to_vec()));
    assert_eq!(Scaler::from_arrays(scaler.kind(), arrays)?, *scaler);
    println!("\nsaved to {}", path.display());
    Ok(())
}
