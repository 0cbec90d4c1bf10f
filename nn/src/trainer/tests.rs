//! Trainings of the hand-written model of the documentation.

use katachi_core::shape;
use katachi_core::typenum::U3;

use super::*;
use crate::data::Order;
use crate::loss::{CategoricalCrossentropy, MeanSquaredError, SparseCategoricalCrossentropy};
use crate::metric::Accuracy;
use crate::model::Pass;
use crate::model::example::Scaled;
use crate::optimizer::{Adam, OptimizerState, Sgd};
use crate::predict::Predict;
use crate::targets::{Labels, Values};
use crate::workspace::{CapacityError, InferenceWorkspace, Workspace};

type Points<T = f32> = Dataset<shape!(2), Labels<U3>, T>;

/// Points around three corners, in an order without pattern, the classes overlapping a little.
fn points<T: Element>(count: u32) -> Points<T> {
    let corners = [[1.0, 0.0], [0.0, 1.0], [-0.7, -0.7]];
    let labels: Vec<u32> = (0..count).map(|i| i * i % 7 % 3).collect();
    let jitter = |i: u32, prime: u32| f64::from(i * prime % 101) / 101.0 - 0.5;
    let inputs = (0..).zip(&labels).flat_map(|(i, &label)| {
        let [x, y] = corners[label as usize];
        [x + 1.2 * jitter(i, 37), y + 1.2 * jitter(i, 59)].map(T::from_f64)
    });
    Points::from_labels(inputs.collect(), labels).unwrap()
}

fn trainer<T: Element>() -> Trainer<Adam<T>, SparseCategoricalCrossentropy<crate::loss::Logits>> {
    Trainer::new(Adam::new(0.05), SparseCategoricalCrossentropy::from_logits())
        .seed(5)
        .batch_size(16)
        .verbose(Verbosity::Silent)
}

#[test]
fn the_loop_by_hand_gives_the_same_bits() {
    fn check<T: Element>() {
        let data = points::<T>(100);
        let mut trained = Scaled::<T>::init(22);
        let history = trainer::<T>().epochs(3).fit(&mut trained, &data).unwrap();

        let mut model = Scaled::<T>::init(22);
        let loss = SparseCategoricalCrossentropy::from_logits();
        let mut optimizer = Adam::new(0.05);
        let mut workspace = Workspace::new(16);
        let mut batch = Minibatch::new(16);
        let mut order = Order::new(data.len(), 5);
        let mut pass = Pass { seed: 5, step: 0 };
        let mut losses = Vec::new();
        for epoch in 0..3 {
            let mut total = 0.0;
            for rows in order.epoch(epoch).chunks(16) {
                batch.gather(&data, rows);
                workspace.forward(&model, &batch.inputs(), pass).unwrap();
                total += workspace.loss(&model, &loss, batch.targets()).to_f64() * rows.len() as f64;
                let gradient = workspace.backward(&model, &batch.inputs(), pass);
                optimizer.step(&mut model, gradient).unwrap();
                pass.step += 1;
            }
            losses.push(total / data.len() as f64);
        }
        assert_eq!(model.as_slice(), trained.as_slice());
        assert_eq!(history.get("loss").unwrap(), losses);
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let data = points::<f32>(100);
    let train = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut model = Scaled::<f32>::init(22);
        let history = pool.install(|| trainer().metric(Accuracy).epochs(3).fit(&mut model, &data)).unwrap();
        (model.as_slice().to_vec(), history)
    };
    assert_eq!(train(1), train(3));
}

#[test]
fn the_gradient_is_the_slope_of_the_loss_with_its_penalties() {
    let data = points::<f64>(10);
    let mut model = Scaled::<f64>::init(3);
    let loss = SparseCategoricalCrossentropy::from_logits();
    let pass = Pass::default();
    let mut workspace = Workspace::new(10);
    let mut loss_of = |model: &Scaled<f64>| {
        workspace.forward(model, &data, pass).unwrap();
        workspace.loss(model, &loss, data.targets())
    };
    let slopes: Vec<f64> = (0..model.as_slice().len())
        .map(|index| {
            let kept = model.as_slice()[index];
            let [high, low] = [1e-6, -1e-6].map(|change| {
                model.as_mut_slice()[index] = kept + change;
                loss_of(&model)
            });
            model.as_mut_slice()[index] = kept;
            (high - low) / 2e-6
        })
        .collect();
    loss_of(&model);
    let gradient = workspace.backward(&*model, &data, pass);
    for (index, (slope, gradient)) in slopes.iter().zip(gradient.as_slice()).enumerate() {
        assert!((slope - gradient).abs() < 1e-8, "parameter {index}: {gradient}, but the slope is {slope}");
    }
}

#[test]
fn a_history_has_the_names_of_keras_and_validation_is_an_evaluation() {
    let (train, validation) = points::<f32>(100).split_at(70).unwrap();
    let mut model = Scaled::<f32>::init(22);
    let mut trainer = trainer().metric(Accuracy).epochs(4).validation(&validation);
    let history = trainer.fit(&mut model, &train).unwrap();
    assert_eq!(history.names().collect::<Vec<_>>(), ["accuracy", "loss", "val_accuracy", "val_loss"]);
    assert_eq!(history.epochs(), 4);

    let evaluation = trainer.evaluate(&model, &validation).unwrap();
    assert_eq!(history.last("val_accuracy"), evaluation.get("accuracy"));
    assert_eq!(history.last("val_loss"), Some(evaluation.loss()));
    // In one chunk, not two, the mean is rounded elsewhere.
    let whole = model.evaluate(&validation, &SparseCategoricalCrossentropy::from_logits(), Accuracy).unwrap();
    assert_eq!(whole.get("accuracy"), evaluation.get("accuracy"));
    assert!((whole.loss() - evaluation.loss()).abs() < 1e-6);

    let classes = model.predict_classes(&validation);
    let right = classes.iter().zip(validation.labels()).filter(|(a, b)| a == b).count();
    assert_eq!(evaluation.get("accuracy"), Some(right as f64 / validation.len() as f64));
}

#[test]
fn a_second_fit_goes_on_where_the_first_ended() {
    let data = points::<f32>(100);
    let (mut once, mut twice) = (Scaled::<f32>::init(22), Scaled::<f32>::init(22));
    let whole = trainer().epochs(4).fit(&mut once, &data).unwrap();
    let mut trainer = trainer().epochs(2);
    let first = trainer.fit(&mut twice, &data).unwrap();
    let second = trainer.fit(&mut twice, &data).unwrap();
    assert_eq!(once.as_slice(), twice.as_slice());
    assert_eq!(whole.get("loss").unwrap(), [first.get("loss").unwrap(), second.get("loss").unwrap()].concat());
}

#[test]
fn without_shuffling_the_order_is_that_of_the_data() {
    let data = points::<f32>(40);
    let (mut model, mut by_hand) = (Scaled::<f32>::init(1), Scaled::<f32>::init(1));
    trainer().shuffle(false).fit(&mut model, &data).unwrap();
    let mut workspace = Workspace::new(16);
    let mut optimizer = Adam::new(0.05);
    for (x, targets) in data.batches(16).unwrap() {
        workspace.forward(&by_hand, &x, Pass::default()).unwrap();
        workspace.loss(&by_hand, &SparseCategoricalCrossentropy::from_logits(), targets);
        let gradient = workspace.backward(&by_hand, &x, Pass::default());
        optimizer.step(&mut by_hand, gradient).unwrap();
    }
    assert_eq!(model.as_slice(), by_hand.as_slice());
}

#[test]
fn options_without_sense_are_errors_before_anything_is_changed() {
    let data = points::<f32>(10);
    let mut model = Scaled::<f32>::init(22);
    let mut text = |trainer: &mut Trainer<_, _>| trainer.fit(&mut model, &data).unwrap_err().to_string();
    assert_eq!(text(&mut trainer().batch_size(0)), "`batch_size` is 0, but it must be at least 1");
    assert_eq!(text(&mut trainer().epochs(0)), "`epochs` is 0, but it must be at least 1");
    let mut wrong = Trainer::new(Adam::new(f64::NAN), SparseCategoricalCrossentropy::from_logits());
    assert_eq!(text(&mut wrong), "`learning_rate` is NaN, but it must be a finite number of at least 0");
    assert_eq!(model.as_slice(), Scaled::<f32>::init(22).as_slice());
}

/// A dataset whose last sample, never moved by shuffling, has a target so large that its square is infinite.
fn poisoned() -> Dataset<shape!(2), Values<shape!(3)>> {
    let mut targets = vec![0.5_f32; 30];
    targets[29] = 1e30;
    Dataset::from_values(vec![0.25; 20], targets).unwrap()
}

#[test]
fn a_loss_that_is_not_finite_stops_and_the_weights_are_kept() {
    let mut model = Scaled::<f32>::init(22);
    let mut trainer =
        Trainer::new(Sgd::new(0.1), MeanSquaredError).batch_size(4).shuffle(false).verbose(Verbosity::Silent);
    let error = trainer.fit(&mut model, &poisoned()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the loss became inf in epoch 1, step 3; the model keeps the weights of the start. \
         Try a smaller learning rate, and look for NaN or very large values in the data",
    );
    assert_eq!(model.as_slice(), Scaled::<f32>::init(22).as_slice());
}

#[test]
fn a_training_that_diverges_keeps_the_last_good_epoch() {
    let targets = (0..40).map(|i| f64::from(i % 5)).collect();
    let inputs = (0..80).map(|i| f64::from(i % 7)).collect();
    let data =
        Dataset::<shape!(2), Values<shape!(3), f64>, f64>::from_values(inputs, [targets, vec![1.0; 80]].concat());
    let data = data.unwrap();
    let diverging = |epochs| {
        let mut model = Scaled::<f64>::init(22);
        let trainer = Trainer::new(Sgd::new(0.25), MeanSquaredError).batch_size(40).verbose(Verbosity::Silent);
        let result = trainer.epochs(epochs).fit(&mut model, &data);
        (model, result)
    };
    let (model, result) = diverging(100);
    let Err(Error::LossNotFinite { epoch, step, kept, .. }) = result else { panic!("it should diverge") };
    assert_eq!((step, kept), (1, format!("epoch {}", epoch - 1)));
    let (expected, result) = diverging(epoch - 1);
    assert!(result.is_ok() && epoch > 2);
    assert_eq!(model.as_slice(), expected.as_slice());
}

#[test]
fn predictions_do_not_depend_on_how_they_are_asked_for() {
    let data = points::<f32>(600); // More than a chunk.
    let model = Scaled::<f32>::init(22);
    let outputs = model.predict(&data);
    assert_eq!((outputs.len(), outputs.as_slice().len()), (600, 1800));
    let mut workspace = InferenceWorkspace::new(600);
    let close = |a: &f32, b: &f32| (a - b).abs() < 1e-6;
    let into = model.predict_into(&data, &mut workspace).unwrap();
    assert!(outputs.as_slice().iter().zip(into.as_slice()).all(|(a, b)| close(a, b)));
    assert_eq!(model.predict_classes(&data).len(), 600);
    assert!(model.predict(&katachi_core::batch::Batch::<shape!(2)>::zeros(0)).is_empty());
}

#[test]
fn a_batch_beyond_the_capacity_is_an_error() {
    let data = points::<f32>(20);
    let model = Scaled::<f32>::init(22);
    let expected = CapacityError { samples: 20, capacity: 10 };
    assert_eq!(Workspace::new(10).forward(&model, &data, Pass::default()).unwrap_err(), expected);
    assert_eq!(InferenceWorkspace::new(10).infer(&model, &data).unwrap_err(), expected);
    assert_eq!(
        expected.to_string(),
        "a batch of 20 samples does not fit into a workspace for 10; make it with `new(20)` or pass smaller batches",
    );
}

#[test]
fn one_hot_targets_train_as_labels_do() {
    let data = points::<f64>(60);
    let one_hot = data.labels().iter().flat_map(|&label| (0..3).map(move |class| f64::from(u8::from(class == label))));
    let inputs = data.inputs().as_slice().to_vec();
    let values = Dataset::<shape!(2), Values<shape!(3), f64>, f64>::from_values(inputs, one_hot.collect()).unwrap();
    let (mut a, mut b) = (Scaled::<f64>::init(22), Scaled::<f64>::init(22));
    trainer().epochs(3).fit(&mut a, &data).unwrap();
    let trainer = Trainer::new(Adam::new(0.05), CategoricalCrossentropy::from_logits()).metric(Accuracy);
    let mut trainer = trainer.metric(MeanSquaredError).seed(5).batch_size(16).epochs(3).verbose(Verbosity::Silent);
    let history = trainer.fit(&mut b, &values).unwrap();
    assert!(a.as_slice().iter().zip(b.as_slice()).all(|(a, b)| (a - b).abs() < 1e-9));
    assert_eq!(history.names().collect::<Vec<_>>(), ["accuracy", "loss", "mean_squared_error"]);
}

/// An optimizer that changes every parameter, whatever its gradient: as decay of the weights would.
struct Decay(f64);

impl<T: Element> Optimizer<T> for Decay {
    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }

    fn update(&mut self, parameters: &mut [T], _: &[T]) -> Result<(), Error> {
        for parameter in parameters {
            *parameter = *parameter * T::from_f64(self.0) + T::ONE;
        }
        Ok(())
    }

    fn reset(&mut self) {}

    fn learning_rate(&self) -> f64 {
        self.0
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.0 = rate;
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        OptimizerState { numbers: vec![("learning_rate".into(), &mut self.0)], arrays: Vec::new() }
    }
}

#[test]
fn what_is_frozen_keeps_its_bits_and_the_rest_is_trained() {
    fn check<O: Optimizer<f32>>(optimizer: O) {
        let data = points::<f32>(100);
        let mut model = Scaled::<f32>::init(22);
        let mut trainer = Trainer::new(optimizer, SparseCategoricalCrossentropy::from_logits());
        trainer = trainer.epochs(2).batch_size(16).verbose(Verbosity::Silent);
        trainer.fit(&mut model, &data).unwrap(); // The moments are not 0 from here on.
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();

        let before = model.to_boxed();
        let mut trainer = trainer.freeze("weight").freeze("bias");
        trainer.fit(&mut model, &data).unwrap();
        assert_eq!(bits(model.weight.as_slice()), bits(before.weight.as_slice()));
        assert_eq!(bits(model.bias.as_slice()), bits(before.bias.as_slice()));
        assert!(model.scale.iter().zip(before.scale.iter()).all(|(a, b)| a != b));

        let before = model.to_boxed();
        trainer.unfreeze("weight").fit(&mut model, &data).unwrap();
        assert!(model.weight.iter().zip(before.weight.iter()).all(|(a, b)| a != b));
        assert_eq!(bits(model.bias.as_slice()), bits(before.bias.as_slice()));
    }
    check(Sgd::new(0.1).momentum(0.9));
    check(Adam::new(0.05));
    check(Decay(0.5));
}

#[test]
fn a_frozen_part_does_not_change_how_the_rest_is_trained() {
    // With all frozen but the bias, and by hand with the gradient of all else forgotten.
    let data = points::<f64>(40);
    let (mut model, mut by_hand) = (Scaled::<f64>::init(1), Scaled::<f64>::init(1));
    trainer().shuffle(false).freeze("weight").freeze("scale").fit(&mut model, &data).unwrap();
    let mut workspace = Workspace::new(16);
    let mut optimizer = Adam::new(0.05);
    for (x, targets) in data.batches(16).unwrap() {
        workspace.forward(&by_hand, &x, Pass::default()).unwrap();
        workspace.loss(&by_hand, &SparseCategoricalCrossentropy::from_logits(), targets);
        let mut gradient = workspace.backward(&by_hand, &x, Pass::default()).to_boxed();
        gradient.as_mut_slice()[..9].fill(0.0);
        optimizer.step(&mut by_hand, &gradient).unwrap();
    }
    assert_eq!(model.as_slice(), by_hand.as_slice());
}

#[test]
fn names_that_freeze_nothing_are_errors_before_anything_is_changed() {
    let data = points::<f32>(10);
    let mut model = Scaled::<f32>::init(22);
    let mut text = |trainer: Trainer<_, _>| {
        let mut trainer = trainer;
        trainer.fit(&mut model, &data).unwrap_err().to_string()
    };
    let problem = "`Scaled` has no parameters of that name";
    assert_eq!(text(trainer().freeze("wieght")), format!("`freeze(\"wieght\")`: {problem}; did you mean `weight`?"));
    assert_eq!(
        text(trainer().freeze("weight").unfreeze("encoder")),
        format!("`unfreeze(\"encoder\")`: {problem}; those with parameters are `bias`, `scale`, `weight`"),
    );
    assert_eq!(model.as_slice(), Scaled::<f32>::init(22).as_slice());
}
