//! Callbacks: Keras' decisions on recorded values, the order of events, files, and what can be wrong.

use std::path::Path;

use katachi::callback::{
    Callback, CsvLogger, EarlyStopping, Lambda, LearningRateScheduler, Mode, ModelCheckpoint, ReduceLrOnPlateau,
    TerminateOnNan, Training, Validate,
};
use katachi::prelude::*;
use serde_json::Value;

model! {
    struct Line { line: Dense(1 => 1) }
}

type Points = Dataset<shape!(1), Values<shape!(1)>>;

/// y = 2 x - 1 at four points.
fn line() -> Points {
    Dataset::from_arrays([[0.0_f32], [1.0], [2.0], [3.0]], [[-1.0], [1.0], [3.0], [5.0]]).expect("a dataset")
}

fn trainer() -> Trainer<Sgd, MeanSquaredError> {
    Trainer::new(Sgd::new(0.01), MeanSquaredError).verbose(0)
}

/// Logs a value of its own in each epoch, and gives the one weight the number of the epoch.
struct Watched(Vec<f64>);

impl<M: Model> Callback<M> for Watched {
    fn on_train_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        training.announce("watched");
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        training.log("watched", self.0[training.epoch()]);
        let number = training.epoch() as f64;
        training.model.as_mut_slice().fill(katachi::Element::from_f64(number));
        Ok(())
    }
}

fn cases(callback: &str) -> Vec<Value> {
    let recorded: Value = serde_json::from_str(include_str!("reference/callbacks.json")).expect("JSON");
    let cases = recorded["cases"].as_array().expect("a list").clone();
    let cases: Vec<Value> = cases.into_iter().filter(|case| case["callback"] == callback).collect();
    assert!(cases.len() > 8, "there are cases of {callback}");
    cases
}

fn values(case: &Value) -> Vec<f64> {
    case["values"].as_array().expect("a list").iter().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect()
}

fn mode(options: &Value) -> Mode {
    if options["mode"] == "max" { Mode::Max } else { Mode::Min }
}

fn count(option: &Value) -> Option<usize> {
    option.as_u64().map(|count| usize::try_from(count).expect("a small number"))
}

#[test]
fn early_stopping_decides_as_keras_does() {
    for case in cases("EarlyStopping") {
        let options = &case["options"];
        let mut callback = EarlyStopping::new("watched").mode(mode(options));
        callback = callback.patience(count(&options["patience"]).unwrap_or(0));
        callback = callback.min_delta(options["min_delta"].as_f64().unwrap_or(0.0));
        callback = callback.start_from_epoch(count(&options["start_from_epoch"]).unwrap_or(0));
        if let Some(baseline) = options["baseline"].as_f64() {
            callback = callback.baseline(baseline);
        }
        if options["restore_best_weights"] == true {
            callback = callback.restore_best_weights();
        }
        let values = values(&case);
        let mut model = Line::init(22);
        let mut trainer = trainer().epochs(values.len()).callback(Watched(values)).callback(&mut callback);
        trainer.fit(&mut model, &line()).expect("a training");
        assert_eq!(callback.stopped_epoch(), count(&case["stopped"]), "{case}");
        let weight = case["weight"].as_f64().expect("a number");
        assert_eq!(f64::from(model.line.weight[0]).to_bits(), weight.to_bits(), "{case}");
    }
}

#[test]
fn the_learning_rate_falls_where_that_of_keras_falls() {
    for case in cases("ReduceLROnPlateau") {
        let options = &case["options"];
        let mut callback = ReduceLrOnPlateau::new("watched").mode(mode(options));
        callback = callback.patience(count(&options["patience"]).expect("a patience"));
        callback = callback.cooldown(count(&options["cooldown"]).unwrap_or(0));
        callback = callback.factor(options["factor"].as_f64().unwrap_or(0.1));
        callback = callback.min_delta(options["min_delta"].as_f64().unwrap_or(1e-4));
        callback = callback.min_lr(options["min_lr"].as_f64().unwrap_or(0.0));
        let values = values(&case);
        let trainer = Trainer::new(Sgd::new(1.0), MeanSquaredError).epochs(values.len()).verbose(0);
        let history = trainer.callback(Watched(values)).callback(callback).fit(&mut Line::init(22), &line());
        let history = history.expect("a training");
        let rates = history.get("learning_rate").expect("it is logged");
        let expected = case["rates"].as_array().expect("a list");
        assert_eq!(rates.len(), expected.len());
        for (rate, expected) in rates.iter().zip(expected) {
            let expected = expected.as_f64().expect("a number"); // Keras keeps it as f32.
            assert!((rate / expected - 1.0).abs() < 1e-6, "{rate} is not {expected}: {case}");
        }
    }
}

/// Writes down what is called.
#[derive(Default)]
struct Diary(Vec<String>);

impl<M: Model> Callback<M> for Diary {
    fn on_train_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        self.0.push(format!("train begins: {} epochs of {} steps", training.epochs(), training.steps()));
        Ok(())
    }

    fn on_train_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        self.0.push(format!("train ends: {} epochs, {} steps", training.history().epochs(), training.total_steps()));
        Ok(())
    }

    fn on_epoch_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        self.0.push(format!("epoch {} begins", training.epoch()));
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let values = training.values();
        let names: Vec<&str> = values.iter().map(|value| value.0.as_str()).collect();
        self.0.push(format!("epoch {} ends: {}", training.epoch(), names.join(" ")));
        Ok(())
    }

    fn on_batch_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        self.0.push(format!("batch {} begins: {:?}", training.step(), training.value("loss").is_some()));
        Ok(())
    }

    fn on_batch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        self.0.push(format!("batch {} ends: {:?}", training.step(), training.value("loss").is_some()));
        Ok(())
    }

    fn on_loss_not_finite(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        self.0.push(format!("not finite in step {}", training.step()));
        Ok(())
    }
}

#[test]
fn events_come_in_the_order_of_keras() {
    let (data, mut diary) = (line(), Diary::default());
    let trainer = trainer().batch_size(2).epochs(2).validation(&data).callback(&mut diary);
    trainer.metric(MeanSquaredError).fit(&mut Line::init(22), &data).expect("a training");
    let epoch = |epoch| {
        [
            &format!("epoch {epoch} begins"),
            "batch 0 begins: false",
            "batch 1 ends: true",
            "batch 1 begins: false",
            "batch 2 ends: true",
            &format!("epoch {epoch} ends: loss mean_squared_error val_loss val_mean_squared_error"),
        ]
        .map(str::to_owned)
    };
    let expected = [
        vec!["train begins: 2 epochs of 2 steps".to_owned()],
        epoch(0).to_vec(),
        epoch(1).to_vec(),
        vec!["train ends: 2 epochs, 4 steps".to_owned()],
    ];
    assert_eq!(diary.0, expected.concat());
}

#[test]
fn a_training_is_stopped_after_the_epoch_or_after_the_batch() {
    let data = line();
    let run = |now: bool| {
        let mut diary = Diary::default();
        let stop = Lambda::new().on_batch_end(move |training| {
            if training.epoch() == 1 {
                if now { training.stop_now() } else { training.stop() }
            }
        });
        let mut trainer = trainer().batch_size(1).epochs(5).callback(stop).callback(&mut diary);
        let history = trainer.fit(&mut Line::init(22), &data).expect("a training");
        assert_eq!(history.epochs(), 2);
        diary.0.iter().filter(|line| line.starts_with("batch") && line.contains("ends")).count()
    };
    assert_eq!((run(false), run(true)), (8, 5));
}

#[test]
fn a_loss_that_is_not_finite_ends_with_an_error_or_without() {
    let bad = Points::from_values(vec![0.0, 1.0, 2.0], vec![0.0, 1.0, f32::MAX]).expect("a dataset");
    let mut model = Line::init(22);
    let start = model.to_boxed();
    let mut diary = Diary::default();
    let error = trainer().shuffle(false).batch_size(1).callback(&mut diary).fit(&mut model, &bad).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the loss became inf in epoch 1, step 3; the model keeps the weights of the start")
    );
    assert_eq!(
        diary.0.iter().rev().take(2).rev().collect::<Vec<_>>(),
        ["not finite in step 2", "train ends: 0 epochs, 2 steps"]
    );

    let mut trainer = trainer().shuffle(false).batch_size(1).callback(TerminateOnNan);
    let history = trainer.fit(&mut model, &bad).expect("no error");
    assert_eq!(history.epochs(), 0);
    assert_eq!(model.as_slice(), start.as_slice());
}

#[test]
fn a_file_of_csv_has_a_line_for_each_epoch() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.csv");
    let data = line();
    let train =
        |logger: CsvLogger| trainer().epochs(2).validation(&data).callback(logger).fit(&mut Line::zeros(), &data);
    let history = train(CsvLogger::new(&path)).expect("a training");
    let value = |name: &str, epoch: usize| history.get(name).expect("a column")[epoch].to_string();
    let lines = |epoch: usize| format!("{epoch},{},{}\n", value("loss", epoch), value("val_loss", epoch));
    let both = format!("{}{}", lines(0), lines(1));
    let text = || std::fs::read_to_string(&path).expect("a file");
    assert_eq!(text(), format!("epoch,loss,val_loss\n{both}"));
    train(CsvLogger::new(&path)).expect("a training"); // replaces it
    assert_eq!(text(), format!("epoch,loss,val_loss\n{both}"));
    train(CsvLogger::new(&path).append()).expect("a training");
    assert_eq!(text(), format!("epoch,loss,val_loss\n{both}{both}"));

    let error = train(CsvLogger::new(&path).separator(b';').append()).unwrap_err().to_string();
    assert!(
        error.contains("its columns are `epoch,loss,val_loss`, but those of this training are `epoch;loss;val_loss`"),
        "{error}"
    );
    let error = train(CsvLogger::new(folder.path().join("none/log.csv"))).unwrap_err().to_string();
    assert!(error.contains("none/log.csv: this file cannot be written: "), "{error}");
}

#[test]
fn models_are_saved_every_so_often_or_when_they_are_better() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let best = ModelCheckpoint::new(path("best.safetensors")).mode(Mode::Max).save_best_only("watched");
    let every = ModelCheckpoint::new(path("{epoch:02}-{watched:.1}.safetensors")).save_every(2);
    let watched = Watched(vec![0.5, 0.75, 0.25, 0.75, 0.5]);
    let mut trainer = trainer().epochs(5).callback(watched).callback(best).callback(every);
    trainer.fit(&mut Line::init(22), &line()).expect("a training");
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["02-0.8.safetensors", "04-0.8.safetensors", "best.safetensors"]);
    let weight = |name: &str| Line::load(path(name)).expect("a model").line.weight[0];
    assert_eq!((weight("best.safetensors"), weight("04-0.8.safetensors")), (1.0, 3.0));
}

#[test]
fn one_more_dataset_is_validated_like_the_first() {
    let data = line();
    let twin = Validate::new("twin", &data, MeanSquaredError).metric(MeanSquaredError);
    let mut trainer = trainer().epochs(3).metric(MeanSquaredError).validation(&data).callback(twin);
    let history = trainer.fit(&mut Line::init(22), &data).expect("a training");
    for name in ["loss", "mean_squared_error"] {
        assert_eq!(history.get(&format!("twin_{name}")), history.get(&format!("val_{name}")));
        assert!(history.get(&format!("twin_{name}")).is_some());
    }
}

#[test]
fn callbacks_with_wrong_options_are_errors_before_anything_is_trained() {
    fn text(callback: impl Callback<Box<Line>>) -> String {
        let mut model = Line::init(22);
        let start = model.to_boxed();
        let error = trainer().epochs(2).callback(callback).fit(&mut model, &line()).unwrap_err();
        assert_eq!(model.as_slice(), start.as_slice());
        error.to_string()
    }
    assert_eq!(
        text(EarlyStopping::new("val_loss")),
        "`EarlyStopping`: no value of the name `val_loss` is computed; give the trainer data for it with \
         `.validation(&data)`; without, there are `loss`",
    );
    assert_eq!(
        text(ReduceLrOnPlateau::new("los")),
        "`ReduceLrOnPlateau`: no value of the name `los` is computed; did you mean `loss`?",
    );
    assert_eq!(
        text(ModelCheckpoint::new("m.safetensors").save_best_only("accuracy")),
        "`ModelCheckpoint`: no value of the name `accuracy` is computed; those computed are `loss`",
    );
    assert_eq!(
        text(ModelCheckpoint::new("m-{epoc}.safetensors")),
        "`ModelCheckpoint::new(\"m-{epoc}.safetensors\")`: no value of the name `epoc` is computed; did you mean `{epoch}`?",
    );
    assert_eq!(text(ModelCheckpoint::new("m").save_every(0)), "`save_every` is 0, but it must be at least 1");
    assert_eq!(text(ReduceLrOnPlateau::new("loss").factor(1.5)), "`factor` is 1.5, but it must be from 0 to below 1");
    assert_eq!(
        text(EarlyStopping::new("loss").min_delta(-1.0)),
        "`min_delta` is -1, but it must be a finite number of at least 0",
    );
    assert_eq!(
        text(LearningRateScheduler::new(|_, _| f64::NAN)),
        "`learning_rate` is NaN, but it must be a finite number of at least 0, from the closure of \
         `LearningRateScheduler` too",
    );
    assert!(!Path::new("m.safetensors").exists());
}

/// What may fail at the beginning or at the end.
struct Fails(&'static str);

impl<M: Model> Callback<M> for Fails {
    fn on_train_begin(&mut self, _: &mut Training<'_, M>) -> Result<(), Error> {
        self.at("begin")
    }

    fn on_train_end(&mut self, _: &mut Training<'_, M>) -> Result<(), Error> {
        self.at("end")
    }
}

impl Fails {
    fn at(&self, place: &str) -> Result<(), Error> {
        let (option, value) = (self.0, place.to_owned());
        if option == place { Err(Error::Option { option, value, must: "left alone" }) } else { Ok(()) }
    }
}

#[test]
fn callbacks_that_have_begun_are_ended_once_whatever_the_others_do() {
    let run = |place| {
        let (mut before, mut after) = (Diary::default(), Diary::default());
        let mut trainer = trainer().callback(&mut before).callback(Fails(place)).callback(&mut after);
        let error = trainer.fit(&mut Line::init(22), &line()).unwrap_err();
        assert_eq!(error.to_string(), format!("`{place}` is {place}, but it must be left alone"));
        drop(trainer);
        let count = |diary: &Diary, what: &str| diary.0.iter().filter(|line| line.starts_with(what)).count();
        [&before, &after].map(|diary| (count(diary, "train begins"), count(diary, "train ends")))
    };
    assert_eq!(run("begin"), [(1, 1), (0, 0)]);
    assert_eq!(run("end"), [(1, 1), (1, 1)]);
}

#[test]
fn weights_that_are_not_finite_are_an_error_in_a_batch_that_a_callback_ends_too() {
    let mut model = Line::init(22);
    let start = model.to_boxed();
    for now in [false, true] {
        let spoil = Lambda::<Line>::new().on_batch_end(|training| {
            training.model.as_mut_slice()[0] = f32::NAN;
            if now { training.stop_now() } else { training.stop() }
        });
        let error = trainer().batch_size(1).callback(spoil).fit(&mut model, &line()).unwrap_err();
        assert!(matches!(error, Error::LossNotFinite { epoch: 1, step: 2, .. }), "{error}");
        assert_eq!(model.as_slice(), start.as_slice());
    }
}

#[test]
fn what_cannot_be_done_costs_no_epoch_and_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.csv");
    std::fs::write(&path, "of an earlier training\n").expect("a file");
    let mut diary = Diary::default();
    let none = folder.path().join("none/best.safetensors");
    let mut trainer =
        trainer().callback(CsvLogger::new(&path)).callback(&mut diary).callback(ModelCheckpoint::new(&none));
    let error = trainer.fit(&mut Line::init(22), &line()).unwrap_err().to_string();
    let help = format!("there is no folder `{}`; make it, or check the path", none.parent().expect("one").display());
    assert_eq!(error, format!("{}: {help}", none.display()));
    drop(trainer);
    assert!(!diary.0.iter().any(|line| line.starts_with("epoch")), "{diary:?}", diary = diary.0);
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "of an earlier training\n");
}

#[test]
fn values_are_watched_after_the_callback_that_computes_them() {
    let data = line();
    let watched = || EarlyStopping::new("twin_loss");
    let twin = || Validate::new("twin", &data, MeanSquaredError);
    assert!(trainer().callback(twin()).callback(watched()).fit(&mut Line::init(22), &data).is_ok());
    assert_eq!(
        trainer().callback(watched()).callback(twin()).fit(&mut Line::init(22), &data).unwrap_err().to_string(),
        "`EarlyStopping`: no value of the name `twin_loss` is computed; `loss` is; give a callback that computes \
         `twin_loss`, such as `Validate`, before this one",
    );
}
