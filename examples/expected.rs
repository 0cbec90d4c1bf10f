//! What the examples print: the programs are run, and compared with `expected/`.
//!
//! `UPDATE_EXPECT=1 cargo test -p katachi-examples -p katachi --tests` writes the files anew. What the programs print to standard output
//! holds on every machine: accuracies and predictions, whose margins are wider than the last bits in which processors
//! differ. Losses and times go to standard error.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use expect_test::{ExpectFile, expect_file};

/// Runs an example, which Cargo builds together with the tests of its package: `digits` with those of `katachi`.
fn run(example: &str, arguments: &[&str]) -> Output {
    let mut program = env::current_exe().unwrap();
    program.pop();
    program.set_file_name("examples");
    program.push(format!("{example}{}", env::consts::EXE_SUFFIX));
    let output = Command::new(&program).args(arguments).output();
    output.unwrap_or_else(|error| {
        panic!("{}: {error}; run `cargo test -p katachi-examples -p katachi`", program.display())
    })
}

#[test]
fn digits() {
    let output = run("digits", &[]);
    assert!(output.status.success());
    expect_file!["expected/digits.txt"].assert_eq(&String::from_utf8(output.stdout).unwrap());
}

#[test]
fn linear_regression() {
    let output = run("linear_regression", &[]);
    assert!(output.status.success());
    expect_file!["expected/linear_regression.txt"].assert_eq(&String::from_utf8(output.stdout).unwrap());
}

#[test]
fn sine() {
    let output = run("sine", &[]);
    assert!(output.status.success());
    expect_file!["expected/sine.txt"].assert_eq(&String::from_utf8(output.stdout).unwrap());
}

/// Runs an example on the data in a subfolder of that which `KATACHI_DATA` names, and compares what it prints. `FOLDER` among
/// the arguments and in the text stands for a folder of its own.
fn run_on_data(example: &str, data: &str, arguments: &[&str], expected: &ExpectFile) {
    let data = PathBuf::from(env::var_os("KATACHI_DATA").expect("KATACHI_DATA names a folder of data")).join(data);
    let folder = env::temp_dir().join(format!("katachi-{example}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let name = folder.to_str().unwrap();
    let arguments: Vec<String> = arguments.iter().map(|argument| argument.replace("FOLDER", name)).collect();
    let mut all = vec!["--data", data.to_str().unwrap()];
    all.extend(arguments.iter().map(String::as_str));
    let output = run(example, &all);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::remove_dir_all(&folder).unwrap();
    expected.assert_eq(&String::from_utf8(output.stdout).unwrap().replace(name, "FOLDER"));
}

#[test]
#[ignore = "needs covtype/covtype.csv.gz in the folder that KATACHI_DATA names"]
fn covertype() {
    let arguments = ["--pictures", "FOLDER", "--save", "FOLDER/forest.safetensors"];
    run_on_data("covertype", "covtype/covtype.csv.gz", &arguments, &expect_file!["expected/covertype.txt"]);
}

#[test]
#[ignore = "needs mnist, with its four files, in the folder that KATACHI_DATA names, and half a minute with `--release`"]
fn mnist() {
    let arguments = ["--pictures", "FOLDER", "--save", "FOLDER/mnist.safetensors"];
    run_on_data("mnist", "mnist", &arguments, &expect_file!["expected/mnist.txt"]);
}

#[test]
#[ignore = "needs mnist, with its four files, in the folder that KATACHI_DATA names, and half a minute with `--release`"]
fn mnist_dropout() {
    run_on_data("mnist_dropout", "mnist", &["--logs", "FOLDER"], &expect_file!["expected/mnist_dropout.txt"]);
}

#[test]
fn covertype_says_in_a_sentence_what_is_wrong() {
    let output = run("covertype", &["--data", "nowhere.csv"]);
    assert!(!output.status.success() && output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: nowhere.csv: there is no such file; "), "{text}");
}

#[test]
fn mnist_says_in_a_sentence_what_is_wrong() {
    fn check(arguments: &[&str], expected: &str) {
        let output = run("mnist", arguments);
        assert!(!output.status.success() && output.stdout.is_empty());
        // Below the sentence, `clap` points to `--help`.
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().next(), Some(expected));
    }
    check(
        &["--data", "nowhere"],
        "error: nowhere: there is no such folder; pass the one that holds the four files of MNIST; \
         they can be had from https://storage.googleapis.com/cvdf-datasets/mnist/",
    );
    check(&["--seed", "x"], "error: invalid value 'x' for '--seed <N>': it must be a whole number");
}
