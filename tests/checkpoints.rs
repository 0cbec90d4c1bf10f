//! Trainings in files: what goes on from one ends with the same bits, and what does not fit changes nothing.
//! `UPDATE_EXPECT=1 cargo test -p katachi-tests --test suite checkpoints` writes the texts anew.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

use std::fs;

use expect_test::{Expect, expect};
use katachi::checkpoint::{self, TrainingState};
use katachi::prelude::*;
use katachi::save::Extras;

use crate::bad_input::check;

model! {
    struct Mlp {
        hidden: Dense(2 => 5, tanh),
        output: Dense(5 => 1),
    }
}

model! {
    struct Other {
        hidden: Dense(2 => 4, tanh),
        output: Dense(4 => 1),
    }
}

fn state() -> TrainingState {
    let data = Dataset::from_arrays([[0.0_f32, 1.0], [1.0, 0.5]], [[1.0], [0.0]]).unwrap();
    let trainer = Trainer::new(Sgd::new(0.1), MeanSquaredError).epochs(3).verbose(Verbosity::Silent);
    let history = { trainer }.fit(&mut Mlp::init(1), &data).unwrap();
    TrainingState {
        epochs: 3,
        steps: u64::MAX,
        seed: u64::MAX - 1,
        history,
        numbers: vec![("0.best".into(), f64::INFINITY), ("0.wait".into(), 2.0)],
        arrays: vec![("1.kept".into(), vec![0.1, f64::MIN_POSITIVE]), ("1.none".into(), vec![])],
    }
}

fn continues<T: katachi::Element, O: Optimizer<T>>(mut make: impl FnMut() -> O, steps: u64)
where
    Mlp<T>: Model + Parameters<Element = T>,
{
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("training");
    let (mut model, mut optimizer) = (<Mlp<T> as Model>::init(1), make());
    for seed in 0..steps {
        optimizer.step(&mut model, &<Mlp<T> as Model>::init(seed)).unwrap();
    }
    let state = state();
    checkpoint::save(&path, &model, &mut optimizer, &state).unwrap();

    // Another state before, which must leave no trace.
    let (mut later, mut other) = (<Mlp<T> as Model>::init(2), make());
    other.step(&mut later, &<Mlp<T> as Model>::init(9)).unwrap();
    assert_eq!(checkpoint::load(&path, &mut later, &mut other).unwrap(), state);
    for seed in 5..9 {
        optimizer.step(&mut model, &<Mlp<T> as Model>::init(seed)).unwrap();
        other.step(&mut later, &<Mlp<T> as Model>::init(seed)).unwrap();
    }
    assert_eq!(model.as_slice(), later.as_slice());

    // It is the file of the model, too.
    let alone = <Mlp<T> as Save>::load(&path).unwrap();
    let (mut again, mut third) = (<Mlp<T> as Model>::init(2), make());
    checkpoint::load_bytes(&fs::read(&path).unwrap(), &mut again, &mut third).unwrap();
    assert_eq!(again.as_slice(), alone.as_slice());
}

#[test]
fn what_goes_on_ends_with_the_same_bits() {
    for steps in [0, 1, 3] {
        continues::<f32, _>(|| Adam::new(0.1), steps);
        continues::<f64, _>(|| Adam::new(0.1), steps);
        continues::<f32, _>(|| Sgd::new(0.1).momentum(0.9), steps);
        continues::<f32, _>(|| Sgd::new(0.1), steps);
        let changed = || {
            let mut adam = Adam::new(0.1);
            Optimizer::<f32>::set_learning_rate(&mut adam, 0.3);
            adam
        };
        continues::<f32, _>(changed, steps);
    }
}

#[test]
fn a_checkpoint_keeps_a_rate_that_was_set() {
    let mut optimizer = Sgd::new(0.5);
    optimizer.set_learning_rate(0.125);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("training");
    checkpoint::save(&path, &*Mlp::init(1), &mut optimizer, &TrainingState::default()).unwrap();
    let mut later = Sgd::new(0.5);
    let state = checkpoint::load(&path, &mut *Mlp::init(2), &mut later).unwrap();
    assert_eq!((state, later.learning_rate()), (TrainingState::default(), 0.125));
}

#[test]
fn checkpoints_that_do_not_fit_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("training");
    let (mut model, mut adam) = (Mlp::init(1), Adam::new(0.1));
    adam.step(&mut model, &Mlp::init(2)).unwrap();
    checkpoint::save(&path, &model, &mut adam, &state()).unwrap();
    let bytes = fs::read(&path).unwrap();

    let refused = |bytes: &[u8], expected: &Expect| {
        let (mut model, mut adam) = (Mlp::init(3), Adam::new(0.1));
        adam.step(&mut model, &Mlp::init(4)).unwrap();
        let before = (model.to_boxed(), format!("{adam:?}"));
        check(checkpoint::load_bytes(bytes, &mut model, &mut adam), expected);
        assert_eq!((model.as_slice(), format!("{adam:?}")), (before.0.as_slice(), before.1));
    };
    // Of the same length, so that the rest of the file stays where it is.
    let with = |old: &str, new: &str| {
        assert_eq!(old.len(), new.len());
        let at = bytes.windows(old.len()).position(|window| window == old.as_bytes()).expect("it is there");
        let mut bytes = bytes.clone();
        bytes[at..][..new.len()].copy_from_slice(new.as_bytes());
        bytes
    };
    refused(
        &Mlp::init(1).save_bytes(&Extras::new()).unwrap(),
        &expect![[r#"
        these bytes: it is no checkpoint of a training, but a model alone;
        read it with `load` of the model, or pass a checkpoint"#]],
    );
    refused(
        &with(r#""katachi.checkpoint":"1""#, r#""katachi.checkpoint":"7""#),
        &expect![[r#"
        these bytes: it is a checkpoint of version 7, written by katachi 0.1.0, and this version, 0.1.0, reads those up to 1;
        use katachi 0.1.0 or later"#]],
    );
    refused(
        &with(r#""katachi.epochs":"3""#, r#""katachi.epochs":"x""#),
        &expect![[r#"
        these bytes: `katachi.epochs` is `x`, no whole number;
        the file is damaged: copy or save it again"#]],
    );
    refused(
        &with("optimizer/arrays/velocity", "optimizer/arrays/velocitx"),
        &expect![[r#"
        these bytes: there is no `optimizer/arrays/velocity`, which this optimizer keeps;
        there is `optimizer/arrays/velocitx`;
        make the optimizer with the options that it had"#]],
    );
    refused(
        &with("optimizer/numbers/iterations", "optimizer/numbers/iteratiens"),
        &expect![[r#"
        these bytes: there is no `optimizer/numbers/iterations`, which this optimizer keeps;
        there is `optimizer/numbers/iteratiens`;
        make the optimizer with the options that it had"#]],
    );
    refused(
        &with("training/history/loss\":{\"dtype\":\"F64\"", "training/history/loss\":{\"dtype\":\"I64\""),
        &expect![[r#"
        these bytes: `training/history/loss` holds numbers of type I64, not F64;
        the file is damaged: copy or save it again"#]],
    );
    refused(
        &with("training/numbers/0.best\":{\"dtype\":\"F64\"", "training/numbers/0.best\":{\"dtype\":\"U64\""),
        &expect![[r#"
        these bytes: `training/numbers/0.best` holds numbers of type U64, not F64;
        the file is damaged: copy or save it again"#]],
    );
    refused(
        &bytes[..bytes.len() - 1],
        &expect![[r#"
        these bytes: array `optimizer/arrays/velocity` lies at the bytes 264 to 348 of the data, of which there are 347;
        the file is not complete: copy or save it again"#]],
    );

    check(
        checkpoint::load_bytes(&bytes, &mut *Other::init(1), &mut Adam::new(0.1)),
        &expect![[r#"
        these bytes: they hold the model `Mlp`, and this is `Other`;
        load it as `Mlp`, or, if only the name differs, with `load_weights`"#]],
    );
    check(
        checkpoint::load_bytes(&bytes, &mut *Mlp::init(1), &mut Sgd::new(0.1)),
        &expect![[r#"
        these bytes: it is the checkpoint of a training with `Adam`, and this one is with `Sgd`;
        train with `Adam`, or read only the model, with its `load`"#]],
    );
    check(
        checkpoint::load_bytes(&bytes, &mut *<Mlp<f64> as Model>::init(1), &mut Adam::new(0.1)),
        &expect![[r#"
        these bytes: `hidden.weight` holds numbers of type F32, and this model is one of f64;
        convert them with `load_cast`, or load it as `Mlp::<f32>`"#]],
    );
}

#[test]
fn every_damaged_byte_is_an_error_or_the_same_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("training");
    let (mut model, mut adam) = (Mlp::init(1), Adam::new(0.1));
    adam.step(&mut model, &Mlp::init(2)).unwrap();
    checkpoint::save(&path, &model, &mut adam, &state()).unwrap();
    let bytes = fs::read(&path).unwrap();
    let header = 8 + usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap();
    for at in 0..header {
        for byte in [0, b'0', b'9', b'"', bytes[at] ^ 1] {
            let mut damaged = bytes.clone();
            damaged[at] = byte;
            let (mut read, mut optimizer) = (Mlp::<f32>::zeros(), Adam::new(0.1));
            let result = checkpoint::load_bytes(&damaged, &mut read, &mut optimizer);
            let expected = if result.is_ok() { model.as_slice() } else { &[0.0; 21][..] };
            assert_eq!(read.as_slice(), expected, "byte {at} as {byte}");
        }
    }
}
