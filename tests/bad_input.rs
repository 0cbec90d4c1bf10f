//! Data and options that make no sense: each gives an error that names the place and what to do, and nothing is
//! lost. `UPDATE_EXPECT=1 cargo test -p katachi-tests --test suite bad_input` writes the texts anew; whoever does so
//! reads them as one who meets them for the first time.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

use expect_test::{Expect, expect};
use katachi::prelude::*;

katachi::model! {
    struct Classifier { hidden: Dense(4 => 8, tanh), Dropout(0.2), logits: Dense(8 => 3) }
}

katachi::model! {
    struct Line { line: Dense(2 => 1) }
}

/// An error's text, with what to do on a line of its own, to be read here.
pub fn check<T>(result: Result<T, impl std::error::Error>, expected: &Expect) {
    let text = result.err().expect("an error").to_string();
    expected.assert_eq(&text.replace("; ", ";\n").replace(". ", ".\n"));
}

#[test]
fn data_in_memory_that_do_not_fit() {
    type Labelled = Dataset<shape!(4), Labels<U3>>;
    type Valued = Dataset<shape!(2), Values<shape!(1)>>;
    check(
        Labelled::from_labels(vec![], vec![]),
        &expect![[r#"
        dataset: there is no sample;
        pass the inputs and targets of at least one"#]],
    );
    check(
        Labelled::from_labels(vec![0.0; 8], vec![0, 3]),
        &expect![[r#"
        dataset: the label of sample 1 is 3, but the labels of 3 classes are 0 to 2;
        subtract 1 from every label if they begin at 1, or write `Labels<U4>`"#]],
    );
    check(
        Labelled::from_labels(vec![0.0; 8], vec![0, 9]),
        &expect![[r#"
        dataset: the label of sample 1 is 9, but the labels of 3 classes are 0 to 2;
        mend that label, or write `Labels<U10>`, as the greatest is 9"#]],
    );
    check(
        Labelled::from_labels(vec![0.0; 8], vec![0, 1, 2]),
        &expect![[r#"
        dataset: there are inputs of 2 samples, but labels of 3;
        pass as many of the one as of the other"#]],
    );
    check(
        Labelled::from_labels(vec![0.0; 7], vec![0, 1]),
        &expect![[r#"
        7 values are no whole number of samples of shape [4];
        pass a multiple of 4 values"#]],
    );
    check(
        Valued::from_values(vec![0.0; 8], vec![0.0; 3]),
        &expect![[r#"
        dataset: there are inputs of 4 samples, but targets of 3;
        pass as many of the one as of the other"#]],
    );
    check(
        Valued::from_values(vec![], vec![]),
        &expect![[r#"
        dataset: there is no sample;
        pass the inputs and targets of at least one"#]],
    );
    check(
        Batch::<shape!(4)>::from_vec(vec![0.0; 6]),
        &expect![[r#"
        6 values are no whole number of samples of shape [4];
        pass a multiple of 4 values"#]],
    );
}

fn labelled() -> Dataset<shape!(4), Labels<U3>> {
    let inputs = (0_u8..40).map(|number| f32::from(number) / 40.0).collect();
    Dataset::from_labels(inputs, vec![0, 1, 2, 0, 1, 2, 0, 1, 2, 0]).expect("ten samples")
}

#[test]
fn parts_without_a_sample() {
    let data = labelled();
    check(
        data.split_at(0),
        &expect![[r#"
        `split_at(0)`: the dataset has 10 samples;
        write a number from 1 to 9, so that each part has one"#]],
    );
    check(
        data.split_at(10),
        &expect![[r#"
        `split_at(10)`: the dataset has 10 samples;
        write a number from 1 to 9, so that each part has one"#]],
    );
    check(
        data.split(0.0),
        &expect![
            "`fraction` is 0, but it must be between 0 and 1: the part of the samples that comes first, as in `split(0.8)`"
        ],
    );
    check(
        data.split(1.5),
        &expect![
            "`fraction` is 1.5, but it must be between 0 and 1: the part of the samples that comes first, as in `split(0.8)`"
        ],
    );
    check(
        data.split(f64::NAN),
        &expect![
            "`fraction` is NaN, but it must be between 0 and 1: the part of the samples that comes first, as in `split(0.8)`"
        ],
    );
    check(
        data.split(0.01),
        &expect![[r#"
        `split(0.01)`, which is `split_at(0)`: the dataset has 10 samples;
        write a fraction that leaves each part one"#]],
    );
    check(
        data.take(0),
        &expect![[r#"
        `take(0)`: the dataset has 10 samples;
        write a number from 1 to 10"#]],
    );
    check(
        data.take(11),
        &expect![[r#"
        `take(11)`: the dataset has 10 samples;
        write a number from 1 to 10"#]],
    );
    check(
        data.skip(10),
        &expect![[r#"
        `skip(10)`: the dataset has 10 samples;
        write a number less than 10"#]],
    );
    check(data.batches(0).map(drop), &expect!["`batch_size` is 0, but it must be at least 1"]);
    check(
        data.take(1).and_then(|one| one.split(0.5)),
        &expect![[r#"
        `split(0.5)`, which is `split_at(1)`: the dataset has 1 sample;
        add samples: two parts need two"#]],
    );
}

const LOSS: SparseCategoricalCrossentropy<katachi::loss::Logits> = SparseCategoricalCrossentropy::from_logits();

#[test]
fn options_without_sense_are_refused_before_anything_is_changed() {
    fn refuse<O: Optimizer<f32>>(optimizer: O, epochs: usize, batch_size: usize, expected: &Expect) {
        let mut model = Classifier::init(1);
        let mut trainer = Trainer::new(optimizer, LOSS).epochs(epochs).batch_size(batch_size);
        check(trainer.fit(&mut model, &labelled()), expected);
        assert_eq!(model.as_slice(), Classifier::<f32>::init(1).as_slice(), "the model is as it was");
    }
    refuse(Adam::new(0.1), 0, 4, &expect!["`epochs` is 0, but it must be at least 1"]);
    refuse(Adam::new(0.1), 1, 0, &expect!["`batch_size` is 0, but it must be at least 1"]);
    refuse(Adam::new(-0.1), 1, 4, &expect!["`learning_rate` is -0.1, but it must be a finite number of at least 0"]);
    refuse(Adam::new(f64::NAN), 1, 4, &expect!["`learning_rate` is NaN, but it must be a finite number of at least 0"]);
    refuse(
        Adam::new(f64::INFINITY),
        1,
        4,
        &expect!["`learning_rate` is inf, but it must be a finite number of at least 0"],
    );
    refuse(Adam::new(0.1).beta_1(1.0), 1, 4, &expect!["`beta_1` is 1, but it must be from 0 to below 1"]);
    refuse(Adam::new(0.1).beta_2(-0.5), 1, 4, &expect!["`beta_2` is -0.5, but it must be from 0 to below 1"]);
    refuse(Adam::new(0.1).epsilon(0.0), 1, 4, &expect!["`epsilon` is 0, but it must be a finite number above 0"]);
    refuse(Sgd::new(-0.1), 1, 4, &expect!["`learning_rate` is -0.1, but it must be a finite number of at least 0"]);
    refuse(
        Sgd::new(f64::NEG_INFINITY),
        1,
        4,
        &expect!["`learning_rate` is -inf, but it must be a finite number of at least 0"],
    );
    refuse(Sgd::new(0.1).momentum(1.5), 1, 4, &expect!["`momentum` is 1.5, but it must be from 0 to 1"]);
    refuse(Sgd::new(0.1).momentum(f64::NAN), 1, 4, &expect!["`momentum` is NaN, but it must be from 0 to 1"]);

    let trainer = Trainer::new(Sgd::<f32>::new(0.1), LOSS).batch_size(0);
    check(
        trainer.evaluate(&Classifier::init(1), &labelled()),
        &expect!["`batch_size` is 0, but it must be at least 1"],
    );
}

katachi::model! {
    struct Yes { yes: Dense(4 => 3, sigmoid) }
}

#[test]
fn losses_with_options_without_sense_are_refused_before_anything_is_changed() {
    let data = labelled();
    let one_hot = data.one_hot();

    macro_rules! refuse {
        ($model:ty, $data:expr, $loss:expr, $expected:expr) => {{
            let mut model = <$model>::init(1);
            let mut trainer = Trainer::new(Adam::new(0.1), $loss).verbose(Verbosity::Silent);
            check(trainer.fit(&mut model, $data), &$expected);
            check(trainer.evaluate(&model, $data), &$expected);
            assert_eq!(model.as_slice(), <$model>::init(1).as_slice(), "the model is as it was");
        }};
    }
    let smoothing = expect!["`label_smoothing` is 1.0, but it must be at least 0 and less than 1"];
    let negative = expect!["`gamma` is -0.5, but it must be a finite number of at least 0"];
    refuse!(
        Classifier,
        &one_hot,
        Huber::new().delta(0.0),
        expect!["`delta` is 0.0, but it must be a finite number above 0"]
    );
    refuse!(Classifier, &data, LOSS.label_smoothing(1.0), smoothing);
    refuse!(Classifier, &one_hot, CategoricalCrossentropy::from_logits().label_smoothing(1.0), smoothing);
    refuse!(Yes, &one_hot, BinaryCrossentropy::from_probabilities().label_smoothing(1.0), smoothing);
    refuse!(Yes, &one_hot, BinaryFocalCrossentropy::from_probabilities().gamma(-0.5), negative);
    refuse!(Classifier, &one_hot, CategoricalFocalCrossentropy::from_logits().gamma(-0.5), negative);
    refuse!(
        Classifier,
        &one_hot,
        BinaryFocalCrossentropy::from_logits().alpha(2.0),
        expect!["`alpha` is 2.0, but it must be from 0 to 1"]
    );
}

#[test]
fn metrics_without_sense_are_refused_before_anything_is_changed() {
    let mut model = Classifier::init(1);
    let mut trainer = Trainer::new(Adam::new(0.1), LOSS).metric(TopKCategoricalAccuracy::default());
    check(trainer.fit(&mut model, &labelled()), &expect!["`k` is 5, but it must be from 1 to the number of classes"]);
    assert_eq!(model.as_slice(), Classifier::<f32>::init(1).as_slice(), "the model is as it was");
    let trainer = Trainer::new(Adam::<f32>::new(0.1), LOSS).metric(Recall::of_class(0)).metric(Recall::of_class(1));
    check(
        trainer.evaluate(&model, &labelled()),
        &expect![[r#"
        metric `recall`: another metric has the same name;
        give it one of its own, as in `.metric(Precision::new().named("precision_2"))`"#]],
    );
    check(
        model.evaluate(&labelled(), &LOSS, F1Score::of_class(3)),
        &expect!["`of_class` is 3, but it must be the number of a class, counted from 0"],
    );
    let values = Dataset::from_arrays([[0.0_f32, 1.0]], [[1.0]]).expect("one sample");
    let line = Line::init(1);
    check(
        line.evaluate(&values, &MeanSquaredError, Auc::roc().thresholds(usize::MAX)),
        &expect!["`thresholds` is 18446744073709551615, but it must be from 2 to 1000000"],
    );
    check(
        line.evaluate(&values, &MeanSquaredError, BinaryAccuracy::new().threshold(50.0)),
        &expect![
            "`threshold` is 50, but it must be a probability, from 0 to 1: a model of logits is met by the logit of it"
        ],
    );
}

#[test]
fn an_optimizer_of_another_model() {
    let mut optimizer = Adam::new(0.1);
    let mut model = Classifier::<f32>::init(1);
    let gradient = Classifier::init(2);
    optimizer.step(&mut model, &gradient).expect("the first model");
    let before = Line::<f32>::init(1);
    let mut other = Line::init(1);
    check(
        optimizer.step(&mut other, &Line::init(2)),
        &expect![[r#"
        this optimizer has trained a model of 67 parameters, and this one has 3;
        use an optimizer for each model"#]],
    );
    assert_eq!(other.as_slice(), before.as_slice());
    check(
        Sgd::new(0.1).update(other.as_mut_slice(), gradient.as_slice()),
        &expect![[r#"
        the gradient has 67 values, but there are 3 parameters;
        pass one for each"#]],
    );
    assert_eq!(other.as_slice(), before.as_slice());
}

#[test]
fn a_batch_larger_than_its_workspace() {
    let model = Classifier::init(1);
    check(
        Workspace::new(4).forward(&model, &labelled(), Pass::default()),
        &expect![[r#"
        a batch of 10 samples does not fit into a workspace for 4;
        make it with `new(10)` or pass smaller batches"#]],
    );
    check(
        InferenceWorkspace::new(4).infer(&model, &labelled()),
        &expect![[r#"
        a batch of 10 samples does not fit into a workspace for 4;
        make it with `new(10)` or pass smaller batches"#]],
    );
    check(
        model.predict_into(&labelled(), &mut InferenceWorkspace::new(0)),
        &expect![[r#"
        a batch of 10 samples does not fit into a workspace for 0;
        make it with `new(10)` or pass smaller batches"#]],
    );
}

/// Points on a line, the features in the hundreds: a rate that suits features of one makes the weights grow until the
/// squares overflow.
fn line() -> Dataset<shape!(2), Values<shape!(1)>> {
    let inputs = (0_u8..40).map(|number| 100.0 + f32::from(number)).collect();
    Dataset::from_values(inputs, (0_u8..20).map(f32::from).collect()).expect("20 samples")
}

/// The same with features of about one, and a NaN in sample 10: the third of the second batch of 8.
fn poisoned() -> Dataset<shape!(2), Values<shape!(1)>> {
    line().map_samples(|sample| {
        let poison = if sample[0].to_bits() == 120.0_f32.to_bits() { f32::NAN } else { 1.0 };
        sample.copy_from_slice(&[sample[0], sample[1]].map(|value| value * poison / 100.0));
    })
}

#[test]
fn a_training_that_diverges_keeps_the_weights_of_the_last_good_epoch() {
    let train = |epochs| {
        let mut model = Line::init(1);
        let trainer = Trainer::new(Sgd::new(2e-4).momentum(0.5), MeanSquaredError).batch_size(8).seed(3);
        let result = trainer.epochs(epochs).verbose(Verbosity::Silent).fit(&mut model, &line());
        (model, result)
    };
    let (kept, result) = train(100);
    let Err(Error::LossNotFinite { epoch, step, .. }) = &result else { panic!("it diverges") };
    let (epoch, step) = (*epoch, *step);
    assert!(epoch > 2 && (1..=3).contains(&step), "epoch {epoch}, step {step}");
    check(
        result,
        &expect![[r#"
            the loss became inf in epoch 7, step 1;
            the model keeps the weights of epoch 6.
            Try a smaller learning rate, and look for NaN or very large values in the data"#]],
    );

    let (good, history) = train(epoch - 1);
    assert_eq!(history.expect("the good epochs").epochs(), epoch - 1);
    assert!(good.as_slice().iter().all(|weight| weight.is_finite()));
    assert_eq!(kept.as_slice(), good.as_slice());
}

#[test]
fn a_nan_in_the_data_is_met_in_the_first_epoch_and_changes_nothing() {
    let mut model = Line::init(1);
    let trainer = Trainer::new(Adam::new(0.01), MeanSquaredError).batch_size(8).shuffle(false).epochs(5);
    check(
        trainer.verbose(Verbosity::Silent).fit(&mut model, &poisoned()),
        &expect![[r#"
        the loss became NaN in epoch 1, step 2;
        the model keeps the weights of the start.
        Try a smaller learning rate, and look for NaN or very large values in the data"#]],
    );
    assert_eq!(model.as_slice(), Line::<f32>::init(1).as_slice());
}

#[test]
fn after_a_failure_a_trainer_trains_as_a_new_one() {
    let trainer = || Trainer::new(Adam::new(0.01), MeanSquaredError).batch_size(8).verbose(Verbosity::Silent).epochs(3);
    let (mut failed, mut model) = (trainer(), Line::init(1));
    assert!(failed.fit(&mut model, &poisoned()).is_err());
    let history = failed.fit(&mut model, &line()).expect("data without a NaN");
    let mut other = Line::init(1);
    assert_eq!(history, trainer().fit(&mut other, &line()).expect("the same data"));
    assert_eq!(model.as_slice(), other.as_slice());
}

#[test]
fn parts_of_unequal_numbers_of_samples() {
    let (two, three) = (Batch::from([[1.0, 2.0], [3.0, 4.0]]), Batch::from([1.0, 2.0, 3.0]));
    check(
        Batch::zip((&two, &three)),
        &expect![[r#"
        part `.0` has 2 samples, but part `.1` has 3;
        pass as many of each, for a sample is one of each"#]],
    );
    check(
        Batch::zip((&two, &two)).map_err(Error::from).and_then(|inputs| Dataset::from_batches(inputs, three)),
        &expect![[r#"
            dataset: there are inputs of 2 samples, but targets of 3;
            pass as many of the one as of the other"#]],
    );
}

#[test]
fn names_to_freeze_that_are_none() {
    let freeze = |name: &str| {
        let mut trainer = Trainer::new(Sgd::new(0.1), SparseCategoricalCrossentropy::from_logits()).freeze(name);
        trainer.fit(&mut Classifier::init(1), &labelled())
    };
    check(
        freeze("hiden"),
        &expect![[r#"
        `freeze("hiden")`: `Classifier` has no parameters of that name;
        did you mean `hidden`?"#]],
    );
    check(
        freeze("hidden.wieght"),
        &expect![[r#"
        `freeze("hidden.wieght")`: `Classifier` has no parameters of that name;
        did you mean `hidden.weight`?"#]],
    );
    check(
        freeze("dropout"),
        &expect![[r#"
        `freeze("dropout")`: `Classifier` has no parameters of that name;
        those with parameters are `hidden`, `logits`"#]],
    );
}
