//! What the examples print: the programs are run, and compared with `expected/`.
//!
//! `UPDATE_EXPECT=1 cargo test -p katachi-examples` writes the files anew. What the programs print to standard output
//! holds on every machine: accuracies and predictions, whose margins are wider than the last bits in which processors
//! differ. Losses and times go to standard error.

use std::env;
use std::process::{Command, Output};

use expect_test::expect_file;

/// Runs an example, which Cargo builds together with the tests of its package.
fn run(example: &str, arguments: &[&str]) -> Output {
    let mut program = env::current_exe().unwrap();
    program.pop();
    program.set_file_name("examples");
    program.push(format!("{example}{}", env::consts::EXE_SUFFIX));
    let output = Command::new(&program).args(arguments).output();
    output.unwrap_or_else(|error| panic!("{}: {error}; run `cargo test -p katachi-examples`", program.display()))
}

#[test]
fn digits() {
    let output = run("digits", &[]);
    assert!(output.status.success());
    expect_file!["expected/digits.txt"].assert_eq(&String::from_utf8(output.stdout).unwrap());
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
