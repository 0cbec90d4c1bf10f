//! Options of a trainer, each against the same training written in another way.

use katachi::callback::{EarlyStopping, Mode, ModelCheckpoint};
use katachi::checkpoint::{self, TrainingState};
use katachi::prelude::*;

model! {
    struct Classifier { hidden: Dense(64 => 12, tanh), logits: Dense(12 => 10) }
}

model! {
    struct Constrained { hidden: Dense(64 => 12, tanh), logits: Dense(12 => 10, bias_constraint = non_negative, bias_initializer = constant(-1.0)) }
}

type Digits = Dataset<shape!(64), Labels<U10>>;

const LOSS: SparseCategoricalCrossentropy<katachi::loss::Logits> = SparseCategoricalCrossentropy::from_logits();

fn digits(samples: usize) -> Digits {
    data::digits().take(samples).expect("samples")
}

fn trainer() -> Trainer<Adam, SparseCategoricalCrossentropy<katachi::loss::Logits>> {
    Trainer::new(Adam::new(0.01), LOSS).batch_size(16).seed(5).verbose(0)
}

fn weights(fit: impl FnOnce(&mut Box<Classifier>)) -> Vec<f32> {
    let mut model = Classifier::init(22);
    fit(&mut model);
    model.as_slice().to_vec()
}

fn assert_near(actual: &[f32], expected: &[f32]) {
    let off = actual.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(off < 2e-5, "they differ by up to {off}");
}

#[test]
fn a_validation_split_is_a_split() {
    let data = digits(100);
    let mut split = History::default();
    let a = weights(|model| split = trainer().epochs(2).validation_split(0.3).fit(model, &data).expect("a training"));
    let (train, validation) = data.split_at(70).expect("two parts");
    let mut by_hand = History::default();
    let b = weights(|model| {
        by_hand = trainer().epochs(2).validation(&validation).fit(model, &train).expect("a training");
    });
    assert_eq!(a, b);
    assert_eq!(split, by_hand);

    for fraction in [0.0, 1.0, -0.5, f64::NAN] {
        let error = trainer().validation_split(fraction).fit(&mut Classifier::init(1), &data).unwrap_err();
        let expected = format!(
            "`validation_split` is {fraction}, but it must be between 0 and 1: the part of the samples that is set aside"
        );
        assert_eq!(error.to_string(), expected);
    }
    let error = trainer().validation_split(0.001).fit(&mut Classifier::init(1), &data).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`validation_split(0.001)`: the dataset has 100 samples; write a fraction that leaves at least one for each part, \
         or add samples",
    );
}

#[test]
fn epochs_of_other_lengths_are_the_same_steps() {
    let data = digits(64); // four batches
    let steps = |epochs, steps| {
        weights(|model| {
            let mut trainer = trainer().epochs(epochs).steps_per_epoch(steps);
            let history = trainer.fit(model, &data).expect("a training");
            assert_eq!(history.epochs(), epochs);
        })
    };
    let whole = weights(|model| drop(trainer().epochs(3).fit(model, &data).expect("a training")));
    assert_eq!(whole, steps(3, 4));
    assert_eq!(whole, steps(2, 6));
    assert_eq!(whole, steps(12, 1));
    assert_eq!(whole, steps(1, 12));
}

#[test]
fn later_epochs_are_those_that_would_have_come() {
    let data = digits(64);
    // An optimizer without memory: what the first trainer knew beside the model is the number of the epoch.
    let trainer = || Trainer::new(Sgd::new(0.5), LOSS).batch_size(16).seed(5).verbose(0);
    let whole = weights(|model| drop(trainer().epochs(5).fit(model, &data).expect("a training")));
    let parts = weights(|model| {
        trainer().epochs(2).fit(model, &data).expect("a training");
        let history = trainer().initial_epoch(2).epochs(5).fit(model, &data).expect("a training");
        assert_eq!(history.epochs(), 3);
    });
    assert_eq!(whole, parts);
    let error = trainer().initial_epoch(5).epochs(5).fit(&mut Classifier::init(1), &data).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`initial_epoch` is 5, but it must be less than `epochs`, which counts those before it too",
    );
}

#[test]
fn the_short_last_batch_can_be_left_out() {
    let data = digits(70);
    let left_out =
        weights(|model| drop(trainer().shuffle(false).drop_remainder().fit(model, &data).expect("a training")));
    let taken = weights(|model| {
        let whole = data.take(64).expect("samples");
        trainer().shuffle(false).fit(model, &whole).expect("a training");
    });
    assert_eq!(left_out, taken);
    let error = trainer().batch_size(71).drop_remainder().fit(&mut Classifier::init(1), &data).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`batch_size` is 71, but it must be at most the number of samples where `drop_remainder` leaves shorter \
         batches out",
    );
}

#[test]
fn a_weight_of_two_is_a_sample_twice() {
    let data = digits(32);
    let weighted = data.with_weights((0..32_u8).map(|row| f32::from(row % 3)).collect()).expect("weights");
    let rows: Vec<usize> = (0..32).flat_map(|row| vec![row; row % 3]).collect();
    let repeated = data.choose(&rows).expect("samples");
    // The mean over the samples: of 32 in the one case, of as many as there are in the other.
    let rate = 0.2;
    let one = Trainer::new(Sgd::new(rate), LOSS).shuffle(false).batch_size(32).epochs(4).verbose(0);
    let scaled = rate * rows.len() as f64 / 32.0;
    let other = Trainer::new(Sgd::new(scaled), LOSS).shuffle(false).batch_size(rows.len()).epochs(4).verbose(0);
    let (mut one, mut other) = (one, other);
    let mut losses = [0.0; 2];
    let a = weights(|model| losses[0] = one.fit(model, &weighted).expect("a training").last("loss").expect("a loss"));
    let b = weights(|model| losses[1] = other.fit(model, &repeated).expect("a training").last("loss").expect("a loss"));
    assert_near(&a, &b);
    assert!((losses[0] - losses[1] * rows.len() as f64 / 32.0).abs() < 1e-4, "{losses:?}");

    let mut model = Classifier::init(22);
    model.as_mut_slice().copy_from_slice(&a);
    let evaluations = [&weighted, &repeated].map(|data| one.evaluate(&model, data).expect("an evaluation").loss());
    assert!((evaluations[0] - evaluations[1] * rows.len() as f64 / 32.0).abs() < 1e-4, "{evaluations:?}");
}

#[test]
fn weights_of_one_change_no_bit_and_those_of_classes_are_weights_of_their_samples() {
    let data = digits(60);
    let plain = weights(|model| drop(trainer().fit(model, &data).expect("a training")));
    let ones = data.with_weights(vec![1.0; 60]).expect("weights");
    assert_eq!(weights(|model| drop(trainer().fit(model, &ones).expect("a training"))), plain);

    let classes: Vec<f32> = (0..10_u8).map(|class| 0.5 + f32::from(class)).collect();
    let by_class = data.with_class_weights(&classes).expect("weights");
    let by_sample = data.labels().iter().map(|&label| classes[label as usize]).collect();
    let by_sample = data.with_weights(by_sample).expect("weights");
    let fit = |data: &Digits| weights(|model| drop(trainer().fit(model, data).expect("a training")));
    assert_eq!(fit(&by_class), fit(&by_sample));
    assert_ne!(fit(&by_class), plain);
}

#[test]
fn a_shuffled_view_is_trained_on_as_its_copy_is() {
    let view = digits(90).shuffle(3);
    let copy = Digits::from_labels(view.inputs().as_slice().to_vec(), view.labels().to_vec()).expect("a dataset");
    let fit =
        |data: &Digits| weights(|model| drop(trainer().validation_split(0.2).fit(model, data).expect("a training")));
    assert_eq!(fit(&digits(90).shuffle(3)), fit(&copy));
}

#[test]
fn verbosity_is_said_as_in_keras() {
    let named: [Verbosity; 4] = [0.into(), 1.into(), 2.into(), 7.into()];
    assert_eq!(named, [Verbosity::Silent, Verbosity::Progress, Verbosity::EpochLines, Verbosity::EpochLines]);
}

#[test]
fn a_backup_of_another_training_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("backup");
    let data = digits(40);
    let mut model = Classifier::init(22);
    trainer().epochs(2).backup_and_restore(&path).fit(&mut model, &data).expect("a training");
    let text = |error: Error| error.to_string().replace(&folder.path().display().to_string(), "FOLDER");

    let mut other = Classifier::init(1);
    let error = trainer().seed(6).epochs(3).backup_and_restore(&path).fit(&mut other, &data).unwrap_err();
    assert_eq!(other.as_slice(), Classifier::init(1).as_slice());
    assert_eq!(
        text(error),
        "FOLDER/backup: its training has the seed 5, but this trainer has 6; write `.seed(5)` to go on with it, or name \
         another file for another training",
    );
    let mut sgd = Trainer::new(Sgd::new(0.1), LOSS).seed(5).epochs(3).verbose(0).backup_and_restore(&path);
    let before = model.as_slice().to_vec();
    assert!(text(sgd.fit(&mut model, &data).unwrap_err()).starts_with("FOLDER/backup: "));
    assert_eq!(model.as_slice(), before);

    let error = trainer().batch_size(8).epochs(3).backup_and_restore(&path).fit(&mut model, &data).unwrap_err();
    assert_eq!(
        text(error),
        "FOLDER/backup: its training has the batch_size 16, but this trainer has 8; write `.batch_size(16)` to go on with it, \
         or name another file for another training",
    );
    let more = digits(60);
    let error = trainer().epochs(3).backup_and_restore(&path).fit(&mut model, &more).unwrap_err();
    assert_eq!(
        text(error),
        "FOLDER/backup: its training has the steps_per_epoch 3, but this trainer has 4; write `.steps_per_epoch(3)` to go \
         on with it, or name another file for another training",
    );
    assert_eq!(model.as_slice(), before);

    // What goes on adds to it.
    let state = TrainingState { epochs: 1, steps: u64::MAX, seed: 5, ..TrainingState::default() };
    checkpoint::save(&path, &*model, &mut Adam::new(0.01), &state).expect("a checkpoint");
    let error = trainer().epochs(3).backup_and_restore(&path).fit(&mut model, &data).unwrap_err();
    assert_eq!(
        text(error),
        format!(
            "FOLDER/backup: its training has had {} steps, more than can be; the file is damaged: copy it again, or remove \
             it to begin anew",
            u64::MAX
        ),
    );

    let nowhere = folder.path().join("none").join("backup");
    let error = trainer().backup_and_restore(nowhere).fit(&mut model, &data).unwrap_err();
    assert_eq!(model.as_slice(), before);
    assert_eq!(text(error), "FOLDER/none/backup: there is no folder `FOLDER/none`; make it, or check the path");
}

#[test]
fn what_a_callback_keeps_is_found_beside_callbacks_that_are_new() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("backup");
    let data = digits(40);
    let run = |epochs| {
        let mut stopping = EarlyStopping::new("loss").patience(9);
        let trainer = trainer().epochs(epochs).backup_and_restore(&path);
        if epochs == 2 {
            { trainer.callback(&mut stopping) }.fit(&mut Classifier::init(22), &data).expect("a training");
        } else {
            let saving = ModelCheckpoint::new(folder.path().join("best")).save_best_only("loss").mode(Mode::Max);
            let mut trainer = trainer.callback(saving).callback(&mut stopping);
            trainer.fit(&mut Classifier::init(22), &data).expect("a training");
        }
        stopping
    };
    let first = run(2);
    let second = run(2 + 1);
    assert!(second.best() < first.best());
    assert_eq!((first.best_epoch(), second.best_epoch()), (Some(1), Some(2)));
    // The new one has begun without a best value, and an epoch that is worse than all before is its best.
    assert!(folder.path().join("best").exists());
    // A training that has ended knows it when it is started again.
    assert_eq!(run(2 + 1).best().to_bits(), second.best().to_bits());
}

#[test]
fn averages_of_weights_satisfy_the_constraints_of_those() {
    let data = digits(100);
    let run = |freeze: bool| {
        let mut model = Constrained::init(22);
        let mut trainer = Trainer::new(Adam::new(0.05).ema(0.9), LOSS).epochs(3).verbose(0);
        trainer = if freeze { trainer.freeze("logits") } else { trainer };
        trainer.fit(&mut model, &data).expect("a training");
        model
    };
    assert!(run(false).logits.bias.iter().all(|bias| *bias >= 0.0));
    assert_eq!(run(true).logits, Constrained::init(22).logits);
}
