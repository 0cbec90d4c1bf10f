//! A training that is killed at any moment goes on as if nothing had happened, and Ctrl-C ends one in good order.
//!
//! The trainings are programs of their own: this one, started again with the name of an ignored test.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use katachi::callback::{CtrlC, EarlyStopping, Lambda, ReduceLrOnPlateau};
use katachi::prelude::*;

/// The folder of a training, for the program that trains.
const FOLDER: &str = "KATACHI_TEST_FOLDER";
/// How often trainings are killed.
const KILLS: usize = 200;

model! {
    struct Classifier {
        hidden: Dense(64 => 24, relu, l2 = 1e-4),
        Dropout(0.1),
        logits: Dense(24 => 10),
    }
}

/// What is looked at: the weights, and the bits of the history.
fn results(folder: &Path) -> (Vec<u8>, String) {
    let weights = fs::read(folder.join("final.safetensors")).expect("the weights of a training that has ended");
    (weights, fs::read_to_string(folder.join("history.txt")).expect("its history"))
}

fn folder() -> PathBuf {
    PathBuf::from(env::var_os(FOLDER).expect("a folder, from the test that starts this one"))
}

/// Starts one of the trainings below.
fn start(training: &str, folder: &Path) -> Child {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", training, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(FOLDER, folder).env("RAYON_NUM_THREADS", "1").stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().expect("a program that trains")
}

/// Twelve epochs with all that a training can keep.
#[test]
#[ignore = "it is what the test below starts and kills"]
fn a_training() {
    let folder = folder();
    let (train, test) = data::digits().take(640).expect("samples").split_at(480).expect("two parts");
    let mut classifier = Classifier::init(22);
    let mut trainer = Trainer::new(Adam::new(3e-3), SparseCategoricalCrossentropy::from_logits())
        .metric(Accuracy)
        .epochs(12)
        .batch_size(16)
        .seed(3)
        .validation(&test)
        .callback(ReduceLrOnPlateau::new("val_loss").patience(1).factor(0.5).min_delta(0.05))
        .callback(EarlyStopping::new("val_accuracy").patience(6).restore_best_weights())
        .backup_and_restore(folder.join("backup"))
        .verbose(0);
    let history = trainer.fit(&mut classifier, &train).expect("a training");
    let bits: Vec<String> = history
        .names()
        .map(|name| {
            let values = history.get(name).expect("a column").iter();
            let bits: Vec<String> = values.map(|value| format!("{:016x}", value.to_bits())).collect();
            format!("{name}: {}\n", bits.join(" "))
        })
        .collect();
    fs::write(folder.join("history.txt"), bits.concat()).expect("a file");
    classifier.save(folder.join("final.safetensors")).expect("a file");
}

#[test]
fn a_training_that_is_killed_at_any_moment_ends_with_the_same_bits() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir(&path).expect("a folder");
        path
    };
    let began = Instant::now();
    let whole = path("whole");
    assert!(start("a_training", &whole).wait().expect("an end").success());
    let (time, expected) = (began.elapsed(), results(&whole));
    assert!(expected.1.lines().any(|line| line.starts_with("learning_rate: ")), "{}", expected.1);

    let parts = Tensor::<shape!(1000), f64>::uniform(0.0, 1.0, 7);
    let mut parts = parts.iter().cycle();
    let (mut kills, mut resumed, mut trainings) = (0, 0, 0);
    while kills < KILLS {
        trainings += 1;
        let part = path(&trainings.to_string());
        loop {
            resumed += usize::from(part.join("backup").exists());
            let mut child = start("a_training", &part);
            sleep(time.mul_f64(*parts.next().expect("it never ends")));
            let _ = child.kill(); // It may have ended.
            let status = child.wait().expect("an end");
            if status.success() {
                break;
            }
            assert_eq!(status.code(), None, "the training failed, though it was not killed");
            kills += 1;
        }
        assert!(results(&part) == expected, "training {trainings}, after {kills} kills in all, ended with other bits");
    }
    assert!(resumed > KILLS / 4, "of {KILLS} kills only {resumed} left a training to go on with");
}

/// Many epochs, each of which is told.
#[test]
#[ignore = "it is what the test below starts and interrupts"]
fn a_long_training() {
    let folder = folder();
    let mut ctrl_c = CtrlC::new().expect("a handler").saving(folder.join("interrupted.safetensors"));
    let told = Lambda::new().on_epoch_end(|training| println!("epoch {} ends", training.epoch()));
    let mut classifier = Classifier::init(22);
    let history = Trainer::new(Adam::new(1e-3), SparseCategoricalCrossentropy::from_logits())
        .epochs(1_000_000)
        .callback(told)
        .callback(&mut ctrl_c)
        .verbose(0)
        .fit(&mut classifier, &data::digits())
        .expect("a training");
    let saved = Classifier::load(folder.join("interrupted.safetensors")).expect("the weights");
    assert!(ctrl_c.was_pressed() && saved.as_slice() == classifier.as_slice());
    println!("{} epochs", history.epochs());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_epoch_and_saves_the_weights() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = start("a_long_training", folder.path());
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|line| line.expect("a line"));
    assert!(lines.any(|line| line == "epoch 1 ends"));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("the command `kill`");
    assert!(sent.success());
    let rest: Vec<String> = lines.collect();
    assert!(child.wait().expect("an end").success(), "{rest:?}");
    // The epoch that ran was ended, and told; then there was no other.
    let told = rest.iter().filter(|line| line.ends_with(" ends")).count();
    assert!(rest.contains(&format!("{} epochs", 2 + told)), "{rest:?}");
    assert!(folder.path().join("interrupted.safetensors").exists());
}
