//! Pictures for a person to look at: `cargo test -p katachi --features plot gallery -- --ignored` writes them into the
//! folder `katachi-pictures` beside temporary files.

use std::path::PathBuf;

use crate::plot;
use crate::prelude::*;

mod models {
    crate::model! {
        pub struct Digits {
            hidden: Dense(64 => 32, relu),
            logits: Dense(32 => 10),
        }
    }

    crate::model! {
        pub struct Sine {
            hidden1: Dense(1 => 24, tanh),
            hidden2: Dense(24 => 24, tanh),
            y: Dense(24 => 1),
        }
    }
}

/// A history of such columns.
pub(super) fn history_of(columns: &[(&str, &[f64])]) -> History {
    let mut history = History::default();
    for epoch in 0..columns[0].1.len() {
        let row: Vec<(String, f64)> =
            columns.iter().map(|(name, values)| ((*name).to_owned(), values[epoch])).collect();
        history.push(&row);
    }
    history
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join("katachi-pictures");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn both<C: super::super::content::Content>(name: &str, picture: &plot::Picture<C>) {
    picture.write(folder().join(format!("{name}.png"))).unwrap();
    picture.write(folder().join(format!("{name}.svg"))).unwrap();
}

#[test]
#[ignore = "writes pictures for a person to look at"]
fn gallery_of_digits() {
    let (train, test) = data::digits().shuffle(22).split(0.8).unwrap();
    let run = |rate: f64, epochs: usize| {
        let mut model = models::Digits::init(22);
        let trainer =
            Trainer::new(Adam::new(rate), SparseCategoricalCrossentropy::from_logits()).metric(Accuracy).epochs(epochs);
        let history = trainer.validation(&test).verbose(Verbosity::Silent).fit(&mut model, &train).unwrap();
        (model, history)
    };
    let (model, slow) = run(0.001, 20);
    let (_, fast) = run(0.01, 20);
    both("history", &plot::history(&slow).title("Digits"));
    both("history-log", &plot::history(&slow).title("Digits").logarithmic());
    both("runs", &plot::runs(&[("Adam 0.001", &slow), ("Adam 0.01", &fast)]).logarithmic().size(900, 420));
    both("history-1-epoch", &plot::history(&run(0.001, 1).1));
    both("history-small", &plot::history(&slow).title("Small and with a long title").size(300, 180));
    let many: Vec<_> =
        (0..9).map(|at| (format!("learning rate {}", 0.0005 * f64::from(at + 1)), slow.clone())).collect();
    let many: Vec<(&str, &History)> = many.iter().map(|(name, history)| (name.as_str(), history)).collect();
    both("runs-9", &plot::runs(&many));
    both("weights", &plot::weights(&*model).title("Weights"));

    let inputs = test.inputs();
    let predicted: Vec<u32> = model
        .predict(&inputs)
        .samples()
        .map(|row| (0..10).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap() as u32)
        .collect();
    let labels: Vec<u32> = test.targets().as_slice().to_vec();
    let mut counts = vec![0_u64; 100];
    for (truth, predicted) in labels.iter().zip(&predicted) {
        counts[*truth as usize * 10 + *predicted as usize] += 1;
    }
    let names: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    both("confusion", &plot::confusion_matrix(&names, &counts).title("Digits"));
    let pixels = &inputs.as_slice()[..64 * 30];
    both(
        "images",
        &plot::images(pixels, [8, 8, 1]).labels(&labels[..30]).predictions(&predicted[..30]).title("Digits"),
    );
}

#[test]
#[ignore = "writes pictures for a person to look at"]
fn gallery_of_made_up_data() {
    let noise = |at: f64| (at * 78.233).sin() * 43758.547 % 1.0;
    let steps: Vec<f64> = (0..100).map(f64::from).collect();
    let loss: Vec<f64> = steps.iter().map(|t| 2.3 * (-t / 15.0).exp() + 0.01 + 0.01 * noise(*t).abs()).collect();
    let mut val: Vec<f64> = steps.iter().map(|t| 2.4 * (-t / 20.0).exp() + 0.05 + 0.0005 * t).collect();
    val[40] = f64::NAN;
    val[41] = f64::INFINITY;
    val[43] = f64::NAN;
    let tiny: Vec<f64> = loss.iter().map(|loss| loss * 1e-7).collect();
    let large: Vec<f64> = loss.iter().map(|loss| loss * 3e7 - 1e7).collect();
    let rising: Vec<f64> = steps.iter().map(|t| 1.0 - 0.9 * (-t / 9.0).exp()).collect();
    let history = history_of(&[
        ("loss", &loss),
        ("val_loss", &val),
        ("accuracy", &rising),
        ("val_accuracy", &rising),
        ("mean_squared_error", &tiny),
        ("top_5_accuracy", &rising),
        ("perplexity", &large),
    ]);
    both("history-5", &plot::history(&history).title("Five quantities, 100 epochs").logarithmic());
    both(
        "learning-rate",
        &plot::learning_rate(5000, |step| {
            let step = step as f64;
            if step < 500.0 {
                0.001 * step / 500.0
            } else {
                0.0005 * (1.0 + ((step - 500.0) / 4500.0 * std::f64::consts::PI).cos())
            }
        })
        .title("Warm-up and cosine"),
    );
    both("learning-rate-log", &plot::learning_rate(500, |step| 0.1 * 0.97_f64.powf(step as f64)).logarithmic());

    let names: Vec<String> = (0..50).map(|class| format!("species number {class} of many")).collect();
    let mut counts = vec![0; 2500];
    for class in 0..50_usize {
        for draw in 0..200_usize {
            let other = if draw * draw % 7 == 3 { (class + draw) % 50 } else { class };
            counts[class * 50 + other] += 1;
        }
    }
    both("confusion-50", &plot::confusion_matrix(&names, &counts).title("Fifty classes"));
    both("confusion-50-small", &plot::confusion_matrix(&names, &counts).size(400, 400));
    both("confusion-1", &plot::confusion_matrix(&["only"], &[12]));
    both("confusion-2", &plot::confusion_matrix(&["no", "yes"], &[123_456, 789, 1011, 1_213_141]).title("Yes or no"));
    both(
        "confusion-long",
        &plot::confusion_matrix(
            &["T-shirt/top", "Trouser", "a very long name of a class indeed"],
            &[48, 2, 0, 3, 45, 2, 0, 1, 49],
        )
        .size(640, 333),
    );
    both(
        "counts",
        &plot::class_counts(
            &["T-shirt/top", "Trouser", "a very long name of a class indeed, too long"],
            &[6000, 12, 0],
        )
        .title("Clothes"),
    );
    both("counts-1", &plot::class_counts(&["only"], &[7]));
    let sizes: Vec<u64> = (0..50).map(|class| 1000 / (class + 1)).collect();
    both("counts-50", &plot::class_counts(&names, &sizes));

    let truth: Vec<f64> = (0..200).map(|at| f64::from(at) * 0.25 + 3.0 * noise(f64::from(at))).collect();
    let mut guess: Vec<f64> = truth.iter().map(|y| y * 0.9 + 2.0 + 3.0 * noise(*y + 0.3)).collect();
    guess[3] = f64::NAN;
    both("predictions", &plot::predictions(&truth, &guess).title("Miles per gallon"));

    let x: Vec<f64> = (0..120).map(|at| f64::from(at * 37 % 120) / 120.0 * std::f64::consts::TAU).collect();
    let y: Vec<f64> = x.iter().map(|x| x.sin() + 0.2 * noise(*x * 3.0)).collect();
    let sine: Vec<f64> = x.iter().map(|x| x.sin()).collect();
    let model: Vec<f64> = x.iter().map(|x| x.sin() * 0.93 + 0.05 * (3.0 * x).cos()).collect();
    both("fit", &plot::fit(&x, &y).line("sin x", &sine).line("model", &model).title("Sine"));
    let line: Vec<f64> = truth.iter().map(|x| 2.0 * x + 1.0).collect();
    both("fit-line", &plot::fit(&truth, &guess).line("least squares", &line).size(401, 277));
}

#[test]
#[ignore = "writes pictures for a person to look at"]
fn gallery_of_images() {
    let wave = |at: usize, channel: usize| {
        (((at % 32) as f64 / 5.0 + channel as f64).sin() + ((at / 32) as f64 / 7.0).cos()) / 4.0 + 0.5
    };
    let colours: Vec<f64> = (0..12 * 32 * 32 * 3).map(|at| wave(at / 3 % 1024 + at / 3072 * 7, at % 3)).collect();
    let classes: Vec<u32> = (0..12).collect();
    let guesses: Vec<u32> = (0..12).map(|class| if class % 4 == 1 { 0 } else { class }).collect();
    let names = [
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
        "Сова, unusually long",
        "λ",
    ];
    both(
        "images-rgb",
        &plot::images(&colours, [32, 32, 3]).labels(&classes).predictions(&guesses).names(&names).columns(6),
    );
    both("images-1", &plot::images(&colours[..3072], [32, 32, 3]));
    both("images-small", &plot::images(&colours, [32, 32, 3]).labels(&classes).names(&names).size(251, 199));
    both("weights-sine", &plot::weights(&*models::Sine::init(22)).title("Sine"));
}
