//! Laws that hold for every optimizer, and for what is done around its step.

use super::*;
use crate::loss::MeanSquaredError;
use crate::schedule::{CosineDecay, ExponentialDecay, IntoSchedule};
use crate::{Dataset, Model, Tensor, Trainer, Verbosity, model};

model! {
    struct Mlp {
        hidden: Dense(2 => 3, tanh),
        output: Dense(3 => 1),
    }
}

const PARAMETERS: usize = 13;

type AnyOptimizer<T> = Box<dyn Optimizer<T>>;

/// Every optimizer and every extension, with options that use all of its state.
fn all<T: Element>() -> Vec<(&'static str, AnyOptimizer<T>)> {
    let decay = || ExponentialDecay::new(0.1, 3, 0.5);
    vec![
        ("sgd", Box::new(Sgd::new(decay()))),
        ("sgd_momentum", Box::new(Sgd::new(decay()).momentum(0.9))),
        ("adam", Box::new(Adam::new(decay()))),
        ("amsgrad", Box::new(Adam::new(decay()).amsgrad(true))),
        ("adamw", Box::new(AdamW::new(decay()))),
        ("rmsprop", Box::new(Rmsprop::new(decay()))),
        ("rmsprop_all", Box::new(Rmsprop::new(decay()).momentum(0.5).centered(true))),
        ("adagrad", Box::new(Adagrad::new(decay()))),
        ("adadelta", Box::new(Adadelta::new(decay()))),
        ("adamax", Box::new(Adamax::new(decay()))),
        ("nadam", Box::new(Nadam::new(decay()))),
        ("lion", Box::new(Lion::new(decay()))),
        ("ftrl", Box::new(Ftrl::new(decay()).l1_regularization_strength(0.1))),
        ("weight_decay", Box::new(Sgd::new(decay()).weight_decay(0.1).exclude_from_weight_decay(["bias"]))),
        ("clip_value", Box::new(Sgd::new(decay()).clip_value(0.1))),
        ("clip_norm", Box::new(Sgd::new(decay()).clip_norm(0.1))),
        ("global_clip_norm", Box::new(Adam::new(decay()).global_clip_norm(0.1))),
        ("ema", Box::new(Sgd::new(decay()).ema(0.7).ema_overwrite_frequency(3))),
        ("accumulate", Box::new(Nadam::new(decay()).accumulate(3))),
        ("both", Box::new(AdamW::new(decay()).clip_norm(0.3).accumulate(2).ema(0.5).ema_overwrite_frequency(2))),
        // As it comes about in code that is generic over its optimizer.
        ("extended_twice", Optimizer::accumulate(Box::new(Adam::new(decay()).accumulate(2).ema(0.5)), 2).boxed()),
    ]
}

impl<T: Element, O: Optimizer<T> + 'static> Extended<O, T> {
    fn boxed(self) -> AnyOptimizer<T> {
        Box::new(self)
    }
}

fn start<T: Element>() -> Vec<T> {
    (0..PARAMETERS).map(|i| T::from_f64((i as f64 * 0.7).sin())).collect()
}

fn gradient<T: Element>(step: usize) -> Vec<T> {
    (0..PARAMETERS).map(|i| T::from_f64(((i * 7 + step * 5) as f64).sin() * (step as f64 + 0.5))).collect()
}

/// Steps of these numbers, from these parameters.
fn train<T: Element>(optimizer: &mut AnyOptimizer<T>, parameters: &mut [T], steps: std::ops::Range<usize>) {
    optimizer.bind(&ParameterArray::all::<Mlp>()).unwrap();
    for step in steps {
        optimizer.update(parameters, &gradient(step)).unwrap();
    }
}

type Saved<T> = (Vec<(String, f64)>, Vec<(String, Vec<T>)>);

fn save<T: Element>(optimizer: &mut AnyOptimizer<T>) -> Saved<T> {
    let OptimizerState { numbers, arrays } = optimizer.state();
    let numbers = numbers.into_iter().map(|(name, number)| (name, *number)).collect();
    (numbers, arrays.into_iter().map(|(name, array)| (name, array.clone())).collect())
}

fn load<T: Element>(optimizer: &mut AnyOptimizer<T>, (numbers, arrays): Saved<T>) {
    let state = optimizer.state();
    assert_eq!((state.numbers.len(), state.arrays.len()), (numbers.len(), arrays.len()));
    for ((name, to), (saved, number)) in state.numbers.into_iter().zip(numbers) {
        assert_eq!(name, saved);
        *to = number;
    }
    for ((name, to), (saved, array)) in state.arrays.into_iter().zip(arrays) {
        assert_eq!(name, saved);
        *to = array;
    }
}

#[test]
fn what_is_saved_and_read_again_goes_on_to_the_last_bit() {
    fn check<T: Element>() {
        for (((name, mut whole), (_, mut first)), (_, mut second)) in
            all::<T>().into_iter().zip(all::<T>()).zip(all::<T>())
        {
            let (mut uninterrupted, mut parameters) = (start(), start());
            train(&mut whole, &mut uninterrupted, 0..10);
            train(&mut first, &mut parameters, 0..5);
            let saved = save(&mut first);
            let mut names: Vec<&String> = saved.0.iter().map(|(name, _)| name).collect();
            names.extend(saved.1.iter().map(|(name, _)| name));
            names.sort_unstable();
            assert!(names.is_sorted_by(|a, b| a < b), "{name}: a name stands twice: {names:?}");
            load(&mut second, saved);
            train(&mut second, &mut parameters, 5..10);
            whole.finish(&mut uninterrupted);
            second.finish(&mut parameters);
            assert_eq!(parameters, uninterrupted, "{name}");
            assert_ne!(parameters, start::<T>(), "{name} did nothing");
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn a_rate_that_was_set_is_saved_and_holds_until_it_is_reset() {
    for ((name, mut optimizer), (_, mut other)) in all::<f64>().into_iter().zip(all::<f64>()) {
        let mut parameters = start();
        train(&mut optimizer, &mut parameters, 0..2);
        assert!(optimizer.learning_rate() < 0.1, "{name}: the schedule is not followed");
        optimizer.set_learning_rate(0.25);
        train(&mut optimizer, &mut parameters, 2..4);
        assert_eq!(optimizer.learning_rate(), 0.25, "{name}");
        load(&mut other, save(&mut optimizer));
        assert_eq!(other.learning_rate(), 0.25, "{name}");
        optimizer.reset();
        assert_eq!(optimizer.learning_rate(), 0.1, "{name}");
        optimizer.set_learning_rate(f64::NAN);
        assert!(matches!(optimizer.validate(), Err(Error::Option { option: "learning_rate", .. })), "{name}");
    }
}

#[test]
fn what_is_reset_is_as_new_and_fits_another_model() {
    for ((name, mut used), (_, mut new)) in all::<f64>().into_iter().zip(all::<f64>()) {
        train(&mut used, &mut start(), 0..3);
        used.reset();
        assert_eq!(save(&mut used), save(&mut new), "{name}");
        let (mut a, mut b) = (start(), start());
        train(&mut used, &mut a, 0..4);
        train(&mut new, &mut b, 0..4);
        assert_eq!(a, b, "{name}");
    }
    let mut decaying = Sgd::new(0.5).weight_decay(0.5);
    decaying.update(&mut [1.0_f64; 2], &[1.0; 2]).unwrap();
    decaying.reset();
    decaying.update(&mut [1.0; 3], &[1.0; 3]).unwrap();
}

#[test]
fn an_error_changes_nothing() {
    for (name, mut optimizer) in all::<f64>() {
        let mut parameters = start();
        train(&mut optimizer, &mut parameters, 0..2);
        let (before, state) = (parameters.clone(), save(&mut optimizer));
        let error = optimizer.update(&mut parameters, &[1.0]).unwrap_err();
        assert!(matches!(error, Error::GradientLength { parameters: PARAMETERS, gradient: 1 }), "{name}: {error}");
        if name != "sgd" && name != "clip_value" {
            let mut other = [1.0; 2];
            let error = optimizer.update(&mut other, &[1.0; 2]).unwrap_err();
            assert!(matches!(error, Error::OptimizerLength { state: PARAMETERS, parameters: 2 }), "{name}: {error}");
            assert_eq!(other, [1.0; 2], "{name}");
        }
        optimizer.set_learning_rate(-1.0);
        assert!(optimizer.update(&mut parameters, &gradient(3)).is_err(), "{name}");
        optimizer.set_learning_rate(0.0);
        assert_eq!(parameters, before, "{name}");
        let same = |(a, b): (&(String, f64), &(String, f64))| a == b || a.0.contains("learning_rate");
        let now = save(&mut optimizer);
        assert!(now.0.iter().zip(&state.0).all(same) && now.1 == state.1, "{name}");
    }
}

#[test]
fn the_order_in_which_extensions_are_written_does_not_matter() {
    let one = Sgd::new(0.1).momentum(0.9).accumulate(2).clip_norm(0.5).weight_decay(0.2).ema(0.8).boxed();
    let other = Sgd::new(0.1).momentum(0.9).ema(0.8).weight_decay(0.2).clip_norm(0.5).accumulate(2).boxed();
    let run = |mut optimizer: AnyOptimizer<f64>| {
        let mut parameters = start();
        train(&mut optimizer, &mut parameters, 0..7);
        optimizer.finish(&mut parameters);
        parameters
    };
    assert_eq!(run(one), run(other));
}

#[test]
fn a_state_of_another_model_is_noticed_before_weights_decay() {
    let mut inner = Sgd::new(0.1).momentum(0.9);
    inner.update(&mut [1.0_f64; 2], &[1.0; 2]).unwrap();
    let mut optimizer = inner.weight_decay(0.5);
    let mut parameters = [1.0; 3];
    let error = optimizer.update(&mut parameters, &[1.0; 3]).unwrap_err();
    assert!(matches!(error, Error::OptimizerLength { state: 2, parameters: 3 }), "{error}");
    assert_eq!(parameters, [1.0; 3]);
}

#[test]
fn what_goes_by_arrays_asks_for_them() {
    let text = |mut optimizer: AnyOptimizer<f64>| optimizer.update(&mut [1.0], &[1.0]).unwrap_err().to_string();
    let mend = "the optimizer does not know the arrays of the model; \
                call `optimizer.bind(&ParameterArray::all::<Mlp>())` before the first step, with your model for `Mlp`";
    assert_eq!(text(Sgd::new(0.1).clip_norm(2.0).boxed()), format!("`clip_norm(2)`: {mend}"));
    let excluding = Sgd::new(0.1).weight_decay(0.5).exclude_from_weight_decay(["bias"]);
    assert_eq!(text(excluding.boxed()), format!("`exclude_from_weight_decay([\"bias\"])`: {mend}"));

    let mut bound = Sgd::new(0.1).clip_norm(2.0);
    bound.bind(&ParameterArray::all::<Mlp>()).unwrap();
    let error = bound.update(&mut [1.0_f64; 2], &[1.0; 2]).unwrap_err();
    assert!(matches!(error, Error::OptimizerLength { state: PARAMETERS, parameters: 2 }), "{error}");
}

#[test]
fn names_that_exclude_nothing_are_errors() {
    let text = |names: &[&str]| {
        let mut optimizer = Adam::<f32>::new(0.1).weight_decay(0.5).exclude_from_weight_decay(names.iter().copied());
        optimizer.bind(&ParameterArray::all::<Mlp>()).unwrap_err().to_string()
    };
    let none = "the model has no parameters with that in their name";
    assert_eq!(
        text(&["hidden", "biases"]),
        format!("`exclude_from_weight_decay([\"biases\"])`: {none}; did you mean `bias`?")
    );
    assert_eq!(
        text(&["hiden.bias"]),
        format!("`exclude_from_weight_decay([\"hiden.bias\"])`: {none}; did you mean `hidden.bias`?"),
    );
    assert_eq!(
        text(&["embedding"]),
        format!(
            "`exclude_from_weight_decay([\"embedding\"])`: {none}; \
             its arrays are `hidden.weight`, `hidden.bias`, `output.weight`, `output.bias`"
        ),
    );
}

#[test]
fn options_out_of_range_are_errors() {
    #[track_caller]
    #[allow(clippy::needless_pass_by_value, reason = "the optimizer is made where it is passed")]
    fn check<O: Optimizer<f32>>(optimizer: O, option: &str, value: &str, must: &str) {
        let error = optimizer.validate().unwrap_err();
        assert!(matches!(error, Error::Option { .. }), "{error:?}");
        assert_eq!(error.to_string(), format!("`{option}` is {value}, but it must be {must}"));
    }
    let (part, above, least) = ("from 0 to below 1", "a finite number above 0", "a finite number of at least 0");
    check(Rmsprop::new(-1.0), "learning_rate", "-1", least);
    check(Rmsprop::new(0.1).rho(1.0), "rho", "1", part);
    check(Rmsprop::new(0.1).momentum(1.5), "momentum", "1.5", "from 0 to 1");
    check(Rmsprop::new(0.1).epsilon(0.0), "epsilon", "0", above);
    check(Adagrad::new(0.1).initial_accumulator_value(-0.1), "initial_accumulator_value", "-0.1", least);
    check(Adagrad::new(0.1).epsilon(f64::NAN), "epsilon", "NaN", above);
    check(Adadelta::new(0.1).rho(-0.5), "rho", "-0.5", part);
    check(Adadelta::new(0.1).epsilon(-1.0), "epsilon", "-1", above);
    check(Adamax::new(0.1).beta_1(1.0), "beta_1", "1", part);
    check(Adamax::new(0.1).beta_2(2.0), "beta_2", "2", part);
    check(Adamax::new(0.1).epsilon(f64::INFINITY), "epsilon", "inf", above);
    check(Nadam::new(0.1).beta_1(-1.0), "beta_1", "-1", part);
    check(Nadam::new(0.1).beta_2(1.0), "beta_2", "1", part);
    check(Nadam::new(0.1).epsilon(0.0), "epsilon", "0", above);
    check(Lion::new(0.1).beta_1(0.0), "beta_1", "0", "above 0 and at most 1");
    check(Lion::new(0.1).beta_2(1.0), "beta_2", "1", part);
    check(Ftrl::new(0.0), "learning_rate", "0", "above 0, for this optimizer divides by it");
    check(Ftrl::new(0.1).learning_rate_power(0.5), "learning_rate_power", "0.5", "a finite number of at most 0");
    check(Ftrl::new(0.1).initial_accumulator_value(-1.0), "initial_accumulator_value", "-1", least);
    check(Ftrl::new(0.1).l1_regularization_strength(-1.0), "l1_regularization_strength", "-1", least);
    check(Ftrl::new(0.1).l2_regularization_strength(-1.0), "l2_regularization_strength", "-1", least);
    let option = "l2_shrinkage_regularization_strength";
    check(Ftrl::new(0.1).l2_shrinkage_regularization_strength(-1.0), option, "-1", least);
    check(Ftrl::new(0.1).beta(f64::NAN), "beta", "NaN", least);
    check(AdamW::new(0.1).weight_decay(-0.1), "weight_decay", "-0.1", least);
    check(AdamW::new(0.1).beta_2(1.0), "beta_2", "1", part);
    check(Sgd::new(0.1).clip_value(0.0), "clip_value", "0", above);
    check(Sgd::new(0.1).clip_norm(-1.0), "clip_norm", "-1", above);
    check(Sgd::new(0.1).global_clip_norm(f64::INFINITY), "global_clip_norm", "inf", above);
    let only = "the only one of `clip_value`, `clip_norm` and `global_clip_norm`";
    check(Sgd::new(0.1).global_clip_norm(0.5).clip_value(0.1), "global_clip_norm", "0.5", only);
    check(Sgd::new(0.1).ema(1.5), "ema", "1.5", "from 0 to 1");
    check(Sgd::new(0.1).ema(0.5).ema_overwrite_frequency(0), "ema_overwrite_frequency", "0", "at least 1");
    let wanted = "a momentum where `ema_overwrite_frequency` is given";
    check(Sgd::new(0.1).accumulate(2).ema_overwrite_frequency(3), "ema", "not given", wanted);
    check(Sgd::new(0.1).accumulate(0), "accumulate", "0", "at least 1");
    let wanted = "a rate where `exclude_from_weight_decay` is called";
    check(Sgd::new(0.1).accumulate(2).exclude_from_weight_decay(["bias"]), "weight_decay", "not given", wanted);
    check(Sgd::new(CosineDecay::new(0.1, 0)), "decay_steps", "0", "at least 1");
    check(Sgd::new(crate::schedule::Schedule::from_fn(|_| -0.5)), "learning_rate", "-0.5", least);
}

#[test]
fn a_trainer_tells_the_arrays_and_puts_the_average_in_place() {
    let data = Dataset::from_arrays([[0.0_f64, 1.0], [1.0, 1.0], [1.0, 0.0]], [[1.0], [0.0], [2.0]]).unwrap();
    let fit = |optimizer: AnyOptimizer<f64>, freeze: Option<&str>| {
        let mut model = <Mlp<f64> as Model>::init(22);
        let mut trainer = Trainer::new(optimizer, MeanSquaredError).batch_size(1).verbose(Verbosity::Silent);
        trainer = freeze.into_iter().fold(trainer, Trainer::freeze);
        trainer.fit(&mut model, &data).map(|_| model)
    };
    let begun = <Mlp<f64> as Model>::init(22);
    // Three steps of one direction, so that their mean lies within.
    let plain = fit(Box::new(Sgd::new(1e-3)), None).unwrap();
    let averaged = fit(Sgd::new(1e-3).ema(0.5).boxed(), None).unwrap();
    assert_ne!(plain.output.bias, averaged.output.bias);
    let frozen = fit(Sgd::new(0.1).ema(0.5).weight_decay(0.5).boxed(), Some("hidden")).unwrap();
    assert_eq!(frozen.hidden, begun.hidden);
    assert_ne!(frozen.output, begun.output);
    let decaying = || Sgd::new(0.1).weight_decay(0.5);
    let error = fit(decaying().exclude_from_weight_decay(["biass"]).boxed(), None).err().unwrap();
    assert!(error.to_string().ends_with("did you mean `bias`?"), "{error}");
    // With a rate of 0 for the gradient, only what is not excluded would change.
    let excluded = fit(decaying().exclude_from_weight_decay(["bias", "hidden"]).boxed(), None).unwrap();
    let all = fit(decaying().boxed(), None).unwrap();
    assert_ne!(excluded.hidden.weight, all.hidden.weight);
}

#[test]
fn what_is_frozen_counts_for_no_norm() {
    let mut model = <Mlp<f64> as Model>::init(1);
    let before = model.to_boxed();
    let mut gradient = Mlp::<f64>::zeros();
    gradient.as_mut_slice().fill(3.0);
    gradient.output.bias[0] = 4.0;
    let mut frozen = Frozen::new().freeze("hidden").unwrap().freeze("output.weight").unwrap();
    frozen.step(&mut Sgd::new(1.0).global_clip_norm(2.0), &mut *model, &gradient).unwrap();
    assert_eq!(model.output.bias, before.output.bias.clone() + Tensor::from([-2.0]));
    assert_eq!(model.hidden, before.hidden);
}

#[test]
fn every_gradient_counts_for_the_schedule() {
    let mut optimizer = Sgd::new(ExponentialDecay::new(1.0, 1, 0.5).then(3, 0.25)).accumulate(2);
    let (mut w, mut rates) = ([0.0_f64], Vec::new());
    for _ in 0..4 {
        rates.push(Optimizer::<f64>::learning_rate(&optimizer));
        optimizer.update(&mut w, &[1.0]).unwrap();
    }
    assert_eq!(rates, [1.0, 0.5, 0.25, 0.25]);
    assert_eq!(w, [-0.5 - 0.25]);
}

#[test]
fn norms_of_large_numbers_are_finite_and_those_of_infinite_ones_are_noticed() {
    let step = |gradient: [f32; 2]| {
        let mut w = [0.0_f32; 2];
        Sgd::new(1.0).global_clip_norm(5.0).update(&mut w, &gradient).unwrap();
        w
    };
    assert_eq!(step([3e30, -4e30]), [-3.0, 4.0]);
    assert_eq!(step([0.0, 0.0]), [0.0, 0.0]);
    assert!(step([f32::INFINITY, 1.0]).iter().all(|w| w.is_nan()));
}

#[test]
fn where_keras_has_nan_the_parameter_stays_a_number() {
    let mut w = [5.0_f32];
    let mut ftrl = Ftrl::new(0.1).initial_accumulator_value(0.0);
    ftrl.update(&mut w, &[0.0]).unwrap();
    assert_eq!(w, [0.0]);
    let mut w = [5.0_f32];
    let mut rmsprop = Rmsprop::new(1e-3).centered(true).epsilon(1e-30);
    for _ in 0..1000 {
        rmsprop.update(&mut w, &[1234.5]).unwrap();
        assert!(w[0].is_finite());
    }
}
