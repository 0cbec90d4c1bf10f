//! Trainings in files.
#![no_main]

use std::sync::LazyLock;

use katachi::callback::{EarlyStopping, ReduceLrOnPlateau};
use katachi::checkpoint;
use katachi::optimizer::{Adam, Optimizer, Sgd};
use katachi::prelude::*;
use katachi::schedule::{CosineDecay, CosineDecayRestarts};
use katachi_fuzz::{File, Mlp, text, with_length};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for bytes in [bytes, &with_length(bytes)] {
        check(bytes, Adam::new(CosineDecayRestarts::new(0.01, 3)));
        check(bytes, Sgd::new(CosineDecay::new(0.0, 7).warmup_target(0.01, 2)).momentum(0.9));
    }
});

/// What is read can be trained on; what is not read has changed nothing.
fn check(bytes: &[u8], mut optimizer: impl Optimizer<f32>) {
    let mut model = Mlp::init(22);
    let gradient = Mlp::init(23);
    optimizer.step(&mut *model, &*gradient).expect("a first step");
    let before = state(&model, &mut optimizer);
    match text(checkpoint::load_bytes(bytes, &mut *model, &mut optimizer)) {
        Ok(state) => {
            let _ = format!("{state:?} {} {}", state.history, state.history.sparkline());
            let _ = text(optimizer.step(&mut *model, &*gradient));
            goes_on(bytes, state.seed);
        }
        Err(_) => assert_eq!(state(&model, &mut optimizer), before),
    }
}

/// A trainer goes on from it.
fn goes_on(bytes: &[u8], seed: u64) {
    static FILE: LazyLock<File> = LazyLock::new(|| File::new("checkpoint"));
    let data = Dataset::from_arrays([[0.5_f32, 1.0, -1.0], [1.0, 0.25, 2.0]], [[0.0, 1.0], [1.0, 0.0]]);
    let schedule = CosineDecayRestarts::new(0.01, 3);
    let stopping = EarlyStopping::new("loss").patience(1).restore_best_weights();
    let trainer = Trainer::new(Adam::new(schedule), MeanSquaredError).epochs(4).seed(seed).verbose(0);
    let trainer = trainer.callback(stopping).callback(ReduceLrOnPlateau::new("loss").patience(1));
    let mut trainer = trainer.backup_and_restore(FILE.write(bytes));
    let _ = text(trainer.fit(&mut *Mlp::init(1), &data.expect("two samples")));
}

fn state(model: &Mlp, optimizer: &mut impl Optimizer<f32>) -> (Vec<u32>, String) {
    let kept = optimizer.state();
    let kept = format!("{:?} {:?}", kept.numbers, kept.arrays);
    (model.as_slice().iter().map(|value| value.to_bits()).collect(), kept)
}
