//! Optimizers and schedules against numbers of Keras and PyTorch (`reference/optimizers.json`).

use std::sync::LazyLock;

use katachi::Element;
use katachi::optimizer::Extended;
use katachi::prelude::*;
use katachi::schedule::{
    CosineDecay, CosineDecayRestarts, ExponentialDecay, InverseTimeDecay, OneCycle, PiecewiseConstantDecay,
    PolynomialDecay, StepDecay,
};
use serde_json::{Map, Value};

static RECORD: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("reference/optimizers.json")).expect("optimizers.json is JSON"));

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn floats(array: &Value) -> Vec<f64> {
    list(&array["values"]).iter().map(|value| value.as_f64().expect("a number")).collect()
}

/// Arrays, one behind the other.
fn flat<T: Element>(arrays: &Value) -> Vec<T> {
    list(arrays).iter().flat_map(floats).map(T::from_f64).collect()
}

/// The arguments of a recorded case, which must all be asked for.
struct Arguments<'a> {
    place: &'a str,
    left: Map<String, Value>,
}

impl<'a> Arguments<'a> {
    fn of(row: &'a Value) -> Self {
        Self { place: text(&row["name"]), left: row["arguments"].as_object().expect("arguments").clone() }
    }

    fn number(&mut self, name: &str) -> Option<f64> {
        self.left.remove(name).map(|value| value.as_f64().expect("a number"))
    }

    fn needed(&mut self, name: &str) -> f64 {
        self.number(name).unwrap_or_else(|| panic!("{}: no {name}", self.place))
    }

    fn count(&mut self, name: &str) -> Option<u64> {
        self.left.remove(name).map(|value| value.as_u64().expect("a count"))
    }

    fn steps(&mut self, name: &str) -> u64 {
        self.count(name).unwrap_or_else(|| panic!("{}: no {name}", self.place))
    }

    fn flag(&mut self, name: &str) -> bool {
        self.left.remove(name).is_some_and(|value| value.as_bool().expect("true or false"))
    }

    fn learning_rate(&mut self) -> Schedule {
        let given = self.left.remove("learning_rate").expect("a learning rate");
        let Some(options) = given.as_object() else {
            return Schedule::from(given.as_f64().expect("a number"));
        };
        assert_eq!(options["schedule"], "ExponentialDecay");
        let [rate, decay] =
            ["initial_learning_rate", "decay_rate"].map(|name| options[name].as_f64().expect("a number"));
        ExponentialDecay::new(rate, options["decay_steps"].as_u64().expect("a count"), decay).into()
    }

    fn end(self) {
        assert!(self.left.is_empty(), "{}: arguments that nobody asked for: {:?}", self.place, self.left);
    }
}

/// Sets the options that are given.
macro_rules! with {
    ($value:expr, $arguments:expr, $($option:ident),+) => {{
        let mut value = $value;
        $(
            if let Some(given) = $arguments.number(stringify!($option)) {
                value = value.$option(given);
            }
        )+
        value
    }};
}

fn optimizer<T: Element>(row: &Value) -> Box<dyn Optimizer<T>> {
    let mut a = Arguments::of(row);
    let rate = a.learning_rate();
    match text(&row["class"]) {
        "SGD" => {
            let sgd = with!(Sgd::new(rate), a, momentum);
            extended(sgd.nesterov(a.flag("nesterov")), row, a)
        }
        "Adam" => {
            let adam = with!(Adam::new(rate), a, beta_1, beta_2, epsilon);
            extended(adam.amsgrad(a.flag("amsgrad")), row, a)
        }
        "AdamW" => {
            let adamw = with!(AdamW::new(rate), a, beta_1, beta_2, epsilon, weight_decay);
            finished(adamw.amsgrad(a.flag("amsgrad")), row, a)
        }
        "RMSprop" => {
            let rmsprop = with!(Rmsprop::new(rate), a, rho, momentum, epsilon);
            extended(rmsprop.centered(a.flag("centered")), row, a)
        }
        "Adagrad" => extended(with!(Adagrad::new(rate), a, initial_accumulator_value, epsilon), row, a),
        "Adadelta" => extended(with!(Adadelta::new(rate), a, rho, epsilon), row, a),
        "Adamax" => extended(with!(Adamax::new(rate), a, beta_1, beta_2, epsilon), row, a),
        "Nadam" => extended(with!(Nadam::new(rate), a, beta_1, beta_2, epsilon), row, a),
        "Lion" => extended(with!(Lion::new(rate), a, beta_1, beta_2), row, a),
        "Ftrl" => {
            let ftrl = with!(Ftrl::new(rate), a, learning_rate_power, initial_accumulator_value, beta);
            let ftrl = with!(ftrl, a, l1_regularization_strength, l2_regularization_strength);
            extended(with!(ftrl, a, l2_shrinkage_regularization_strength), row, a)
        }
        other => panic!("{}: how is a {other} made?", row["name"]),
    }
}

/// The optimizer as it is, where nothing is done around its step.
fn extended<T: Element>(
    optimizer: impl Optimizer<T> + 'static,
    row: &Value,
    arguments: Arguments<'_>,
) -> Box<dyn Optimizer<T>> {
    if arguments.left.is_empty() { Box::new(optimizer) } else { finished(optimizer.accumulate(1), row, arguments) }
}

fn finished<T: Element, O: Optimizer<T> + 'static>(
    optimizer: Extended<O, T>,
    row: &Value,
    mut a: Arguments<'_>,
) -> Box<dyn Optimizer<T>> {
    let mut optimizer = with!(optimizer, a, weight_decay);
    if let Some(limit) = a.number("clipvalue") {
        optimizer = optimizer.clip_value(limit);
    }
    if let Some(limit) = a.number("clipnorm") {
        optimizer = optimizer.clip_norm(limit);
    }
    if let Some(limit) = a.number("global_clipnorm") {
        optimizer = optimizer.global_clip_norm(limit);
    }
    if a.flag("use_ema") {
        optimizer = optimizer.ema(a.number("ema_momentum").unwrap_or(0.99));
    }
    if let Some(steps) = a.count("ema_overwrite_frequency") {
        optimizer = optimizer.ema_overwrite_frequency(steps);
    }
    if let Some(steps) = a.count("gradient_accumulation_steps") {
        optimizer = optimizer.accumulate(steps);
    }
    a.end();
    Box::new(optimizer.exclude_from_weight_decay(list(&row["excluded"]).iter().map(text)))
}

/// The arrays of the record.
fn arrays() -> Vec<ParameterArray> {
    let mut start = 0;
    let array = |record: &Value| {
        let range = start..start + list(&record["values"]).len();
        start = range.end;
        ParameterArray { name: text(&record["name"]).to_owned(), shape: &[], range, is_trainable: true }
    };
    list(&RECORD["weights"]).iter().map(array).collect()
}

#[track_caller]
fn assert_close<T: Element>(place: &str, actual: &[T], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len(), "{place}: lengths");
    for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        let off = (actual.to_f64() - expected).abs() / expected.abs().max(1.0);
        // Written so that NaN is not close to anything.
        assert!(off <= tolerance, "{place}[{index}]: {actual} is not {expected}: off by {off:e}");
    }
}

#[test]
fn ten_steps_of_every_optimizer_and_what_is_around_it_are_those_of_keras() {
    fn compare<T: Element>(row: &Value, tolerance: f64) {
        let place = format!("{} {}", text(&row["name"]), T::NAME);
        let mut weights: Vec<T> = flat(&RECORD["weights"]);
        let after = floats(&row["weights_after"]);
        let mut optimizer = optimizer::<T>(row);
        optimizer.bind(&arrays()).expect("names of the record");
        for (step, gradient) in list(&RECORD["gradients"]).iter().enumerate() {
            optimizer.update(&mut weights, &flat::<T>(gradient)).expect("options of Keras");
            let expected = &after[step * weights.len()..][..weights.len()];
            assert_close(&format!("{place} after step {step}"), &weights, expected, tolerance);
        }
        optimizer.finish(&mut weights);
        assert_close(&format!("{place}, final"), &weights, &floats(&row["final"]), tolerance);
    }
    let rows = list(&RECORD["optimizers"]);
    for row in rows {
        compare::<f64>(row, 1e-12);
        compare::<f32>(row, 1e-6);
    }
    assert!(rows.len() >= 40 && list(&RECORD["gradients"]).len() == 10);
}

fn schedule(row: &Value) -> Schedule {
    let mut a = Arguments::of(row);
    let schedule: Schedule = match text(&row["class"]) {
        "StepLR" => StepDecay::new(a.needed("initial_learning_rate"), a.steps("step_size"), a.needed("gamma")).into(),
        "PiecewiseConstantDecay" => {
            let (boundaries, values) = (a.left.remove("boundaries"), a.left.remove("values"));
            let boundaries = boundaries.expect("boundaries");
            let boundaries: Vec<u64> = list(&boundaries).iter().filter_map(Value::as_u64).collect();
            let values: Vec<f64> = list(&values.expect("values")).iter().filter_map(Value::as_f64).collect();
            PiecewiseConstantDecay::new(boundaries, values).into()
        }
        "ExponentialDecay" => {
            let (rate, steps) = (a.needed("initial_learning_rate"), a.steps("decay_steps"));
            ExponentialDecay::new(rate, steps, a.needed("decay_rate")).staircase(a.flag("staircase")).into()
        }
        "InverseTimeDecay" => {
            let (rate, steps) = (a.needed("initial_learning_rate"), a.steps("decay_steps"));
            InverseTimeDecay::new(rate, steps, a.needed("decay_rate")).staircase(a.flag("staircase")).into()
        }
        "PolynomialDecay" => {
            let decay = PolynomialDecay::new(a.needed("initial_learning_rate"), a.steps("decay_steps"));
            with!(decay, a, end_learning_rate, power).cycle(a.flag("cycle")).into()
        }
        "CosineDecay" => {
            let decay = CosineDecay::new(a.needed("initial_learning_rate"), a.steps("decay_steps"));
            let decay = with!(decay, a, alpha);
            match a.number("warmup_target") {
                Some(target) => decay.warmup_target(target, a.steps("warmup_steps")).into(),
                None => decay.into(),
            }
        }
        "CosineDecayRestarts" => {
            let decay = CosineDecayRestarts::new(a.needed("initial_learning_rate"), a.steps("first_decay_steps"));
            with!(decay, a, t_mul, m_mul, alpha).into()
        }
        "OneCycleLR" => {
            let cycle = OneCycle::new(a.needed("max_lr"), a.steps("total_steps"));
            with!(cycle, a, pct_start, div_factor, final_div_factor).into()
        }
        other => panic!("{}: how is a {other} made?", row["name"]),
    };
    a.end();
    schedule
}

#[test]
fn every_schedule_is_that_of_keras_or_pytorch() {
    for row in list(&RECORD["schedules"]) {
        let schedule = schedule(row);
        schedule.validate().expect("options of Keras");
        let expected = floats(&row["values"]);
        assert_eq!(expected.len(), 30);
        for (step, expected) in (0..).zip(expected) {
            let rate = schedule.at(step);
            assert!((rate - expected).abs() <= 1e-12 * expected.abs().max(1e-4), "{}, {step}: {rate}", row["name"]);
        }
    }
}
