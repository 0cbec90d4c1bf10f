//! The numbers of scikit-learn and Keras (`reference/metrics.json`): every metric on classes, on questions of yes or no,
//! and on values, in both element types; and the texts of reports.

use std::sync::LazyLock;

use katachi::Element;
use katachi::ending::{Ending, LinearOutputs, OtherOutputs, SigmoidOutputs};
use katachi::loss::MeanAbsoluteError;
use katachi::metric::{
    AreBinary, CohenKappa, CosineSimilarity, GivesProbabilities, HaveClasses, KappaWeights, MatthewsCorrelation, Metric,
};
use katachi::prelude::*;
use katachi::targets::{ClassLabels, Form, TargetValues};
use serde_json::Value;

static RECORD: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("reference/metrics.json")).expect("metrics.json is JSON"));

fn rows(section: &str) -> &'static [Value] {
    let rows = RECORD[section].as_array().expect("a list");
    assert!(rows.len() >= 8, "{section}: most rows are gone");
    rows
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The values of a recorded array, and its last dimension.
fn numbers<T: Element>(array: &Value) -> (Vec<T>, usize) {
    let values = array["values"].as_array().expect("a list").iter();
    let values = values.map(|value| T::from_f64(value.as_f64().expect("a number"))).collect();
    let dims = array["shape"].as_array().expect("a shape");
    (values, usize::try_from(dims.last().and_then(Value::as_u64).expect("a dimension")).expect("a small one"))
}

fn labels(array: &Value) -> Vec<u32> {
    let labels = array["values"].as_array().expect("a list").iter();
    labels.map(|label| u32::try_from(label.as_u64().expect("a label")).expect("a small one")).collect()
}

/// Outputs and targets of one case, with its numbers, each of which is to be compared once.
struct Case<'a, F: Form, T: Element> {
    place: String,
    numbers: &'a Value,
    width: usize,
    outputs: &'a [T],
    targets: &'a [F::Item<T>],
    compared: usize,
}

impl<'a, F: Form, T: Element> Case<'a, F, T> {
    fn new(row: &'a Value, width: usize, outputs: &'a [T], targets: &'a [F::Item<T>]) -> Self {
        let place = format!("{} in {}", text(&row["name"]), T::NAME);
        Self { place, numbers: &row["numbers"], width, outputs, targets, compared: 0 }
    }

    fn compare<E: Ending>(&mut self, name: &str, metric: &impl Metric<F, E, T>) {
        let Self { place, width, outputs, targets, .. } = &*self;
        metric.validate(*width).expect("options that make sense");
        let mut tally = Default::default();
        metric.add(&mut tally, *width, outputs, targets);
        let actual = metric.result(&tally);
        match self.numbers.get(name).expect("a recorded name") {
            Value::Null => assert!(actual.is_nan(), "{place}: {name} is {actual}, and not NaN"),
            expected => {
                let expected = expected.as_f64().expect("a number");
                let allowed = if T::NAME == "f64" { 1e-12 } else { 1e-6 } * expected.abs().max(1.0);
                assert!((actual - expected).abs() <= allowed, "{place}: {name} is {actual}, and not {expected}");
            }
        }
        self.compared += 1;
    }

    fn done(self) {
        let recorded = self.numbers.as_object().expect("names and numbers").len();
        assert_eq!(self.compared, recorded, "{}: each number is compared once", self.place);
    }
}

fn compare_classes<F: HaveClasses, T: Element>(row: &Value, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
    let mut case = Case::<F, T>::new(row, width, outputs, targets);
    case.compare::<LinearOutputs>("accuracy", &Accuracy);
    for (name, average) in [("macro", Average::Macro), ("weighted", Average::Weighted), ("micro", Average::Micro)] {
        case.compare::<LinearOutputs>(&format!("precision {name}"), &Precision::average(average));
        case.compare::<LinearOutputs>(&format!("recall {name}"), &Recall::average(average));
        case.compare::<LinearOutputs>(&format!("f1_score {name}"), &F1Score::average(average));
    }
    for class in 0..width {
        case.compare::<LinearOutputs>(&format!("precision of {class}"), &Precision::of_class(class));
        case.compare::<LinearOutputs>(&format!("recall of {class}"), &Recall::of_class(class));
        case.compare::<LinearOutputs>(&format!("f1_score of {class}"), &F1Score::of_class(class));
        case.compare::<LinearOutputs>(&format!("top_k {}", class + 1), &TopKCategoricalAccuracy::new(class + 1));
    }
    let kappa = CohenKappa::new();
    case.compare::<LinearOutputs>("cohen_kappa None", &kappa);
    case.compare::<LinearOutputs>("cohen_kappa linear", &kappa.weights(KappaWeights::Linear));
    case.compare::<LinearOutputs>("cohen_kappa quadratic", &kappa.weights(KappaWeights::Quadratic));
    case.compare::<LinearOutputs>("matthews_corrcoef", &MatthewsCorrelation);
    case.done();
}

fn compare_questions<F: AreBinary, E: GivesProbabilities, T: Element>(
    row: &Value,
    width: usize,
    outputs: &[T],
    targets: &[F::Item<T>],
) {
    let mut case = Case::<F, T>::new(row, width, outputs, targets);
    for (name, threshold) in [("0.5", 0.5), ("0.3", 0.3), ("0.75", 0.75), ("0.0", 0.0), ("1.0", 1.0)] {
        case.compare::<E>(&format!("binary_accuracy {name}"), &BinaryAccuracy::new().threshold(threshold));
        case.compare::<E>(&format!("precision {name}"), &Precision::new().threshold(threshold));
        case.compare::<E>(&format!("recall {name}"), &Recall::new().threshold(threshold));
        case.compare::<E>(&format!("f1_score {name}"), &F1Score::new().threshold(threshold));
    }
    case.compare::<E>("roc", &Auc::roc());
    case.compare::<E>("precision_recall", &Auc::precision_recall());
    for count in [2, 3, 5, 65, 200] {
        case.compare::<E>(&format!("ROC {count}"), &Auc::roc().thresholds(count));
        case.compare::<E>(&format!("PR {count}"), &Auc::precision_recall().thresholds(count));
    }
    case.done();
}

/// Classes as labels, and as values with a one for each.
fn compare_labels<T: Element>(row: &Value) {
    let (outputs, classes) = numbers::<T>(&row["outputs"]);
    let labels = labels(&row["labels"]);
    compare_classes::<ClassLabels, T>(row, classes, &outputs, &labels);
    let one = |is: bool| if is { T::ONE } else { T::ZERO };
    let one_hot = labels.iter().flat_map(|&label| (0..classes).map(move |class| one(class == label as usize)));
    compare_classes::<TargetValues, T>(row, classes, &outputs, &one_hot.collect::<Vec<_>>());
}

#[test]
fn metrics_of_classes_are_those_of_scikit_learn() {
    for row in rows("classes") {
        compare_labels::<f64>(row);
        compare_labels::<f32>(row);
    }
}

fn compare_answers<T: Element>(row: &Value) {
    let ((outputs, width), (targets, _)) = (numbers::<T>(&row["outputs"]), numbers::<T>(&row["targets"]));
    match text(&row["ending"]) {
        "linear" => compare_questions::<TargetValues, LinearOutputs, T>(row, width, &outputs, &targets),
        ending => {
            assert_eq!(ending, "sigmoid");
            compare_questions::<TargetValues, SigmoidOutputs, T>(row, width, &outputs, &targets);
        }
    }
}

#[test]
fn metrics_of_answers_are_those_of_keras_and_scikit_learn() {
    for row in rows("questions") {
        compare_answers::<f64>(row);
        compare_answers::<f32>(row);
    }
}

fn compare_values<T: Element>(row: &Value) {
    let ((outputs, width), (targets, _)) = (numbers::<T>(&row["outputs"]), numbers::<T>(&row["targets"]));
    let mut case = Case::<TargetValues, T>::new(row, width, &outputs, &targets);
    case.compare::<OtherOutputs>("mean_squared_error", &MeanSquaredError);
    case.compare::<OtherOutputs>("mean_absolute_error", &MeanAbsoluteError);
    case.compare::<OtherOutputs>("root_mean_squared_error", &RootMeanSquaredError);
    case.compare::<OtherOutputs>("cosine_similarity", &CosineSimilarity);
    case.compare::<OtherOutputs>("r2_score", &R2Score);
    case.done();
}

#[test]
fn metrics_of_values_are_those_of_keras_and_scikit_learn() {
    for row in rows("values") {
        compare_values::<f64>(row);
        compare_values::<f32>(row);
    }
}

#[test]
fn names_are_those_of_keras() {
    fn name(metric: &impl Metric<TargetValues, SigmoidOutputs, f32>) -> &str {
        metric.name()
    }
    let names = [
        ("AUC", name(&Auc::roc()).to_owned()),
        ("AUC", name(&Auc::roc().thresholds(200)).to_owned()),
        ("BinaryAccuracy", name(&BinaryAccuracy::new()).to_owned()),
        ("CosineSimilarity", name(&CosineSimilarity).to_owned()),
        ("F1Score", name(&F1Score::new()).to_owned()),
        ("F1Score", name(&F1Score::average(Average::Macro)).to_owned()),
        ("MeanAbsoluteError", name(&MeanAbsoluteError).to_owned()),
        ("MeanSquaredError", name(&MeanSquaredError).to_owned()),
        ("Precision", name(&Precision::new()).to_owned()),
        ("R2Score", name(&R2Score).to_owned()),
        ("Recall", name(&Recall::new()).to_owned()),
        ("RootMeanSquaredError", name(&RootMeanSquaredError).to_owned()),
        ("TopKCategoricalAccuracy", name(&TopKCategoricalAccuracy::new(5)).to_owned()),
    ];
    for (metric, ours) in names {
        assert_eq!(ours, text(&RECORD["names"][metric]), "{metric}");
    }
}

katachi::model! {
    struct Same { Input(3), Linear }
}

katachi::model! {
    struct Answer { answer: Dense(2 => 1, sigmoid) }
}

/// What is tallied of one epoch is gone in the next, though its memory is kept.
#[test]
fn every_epoch_and_every_validation_is_tallied_anew() {
    let inputs = (0..50_u8).flat_map(|i| [f32::from(i % 7) / 4.0 - 1.0, f32::from(i % 3)]).collect();
    let targets = (0..50_u8).map(|i| f32::from(i % 4 / 2)).collect();
    let data = Dataset::<shape!(2), Values<shape!(1)>>::from_values(inputs, targets).expect("as many of both");
    let mut model = Answer::init(22);
    let mut trainer = Trainer::new(Sgd::new(0.0), BinaryCrossentropy::from_probabilities())
        .metric(Auc::roc())
        .metric(Auc::precision_recall().thresholds(50).named("pr"))
        .metric(F1Score::new())
        .metric(Recall::average(Average::Macro))
        .metric(CohenKappa::new())
        .metric(MatthewsCorrelation)
        .metric(R2Score)
        .epochs(3)
        .batch_size(16)
        .validation(&data)
        .verbose(Verbosity::Silent);
    let history = trainer.fit(&mut model, &data).expect("a training");
    let evaluation = trainer.evaluate(&model, &data).expect("an evaluation");
    let mut compared = 0;
    for (name, expected) in evaluation.iter().filter(|(name, _)| *name != "loss") {
        assert!(expected.is_finite() && expected != 0.0, "{name} is {expected}");
        for column in [name.to_owned(), format!("val_{name}")] {
            for value in history.get(&column).expect("a column") {
                assert!((value - expected).abs() < 1e-6, "{column} is {value}, and not {expected}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 7 * 2 * 3);
}

#[test]
fn reports_read_as_those_of_scikit_learn() {
    for (case, row) in std::iter::zip(rows("classes"), rows("reports")) {
        let place = text(&row["name"]);
        assert_eq!(place, text(&case["name"]));
        let (outputs, classes) = numbers::<f64>(&case["outputs"]);
        let truth = labels(&case["labels"]);
        let predicted: Vec<u32> = outputs
            .chunks(classes)
            .map(|row| {
                (0..).zip(row).fold(0, |best, (class, output)| if *output > row[best as usize] { class } else { best })
            })
            .collect();

        let matrix = ConfusionMatrix::from_labels(classes, &truth, &predicted).expect("labels of these classes");
        let counts: Vec<u64> = labels(&row["confusion_matrix"]).into_iter().map(u64::from).collect();
        assert_eq!(matrix.counts(), counts, "{place}");
        assert_eq!(matrix.report().to_string(), text(&row["report"]), "{place}");
        let names = row["class_names"].as_array().expect("a list").iter().map(text);
        let named = matrix.class_names(names).expect("a name each").report().digits(4);
        assert_eq!(named.to_string(), text(&row["named_report"]), "{place}");

        if classes == 3 {
            // A model that gives its inputs: what it is asked about a dataset is the same.
            let outputs = outputs.iter().map(|&output| f32::from_f64(output)).collect();
            let data = Dataset::<shape!(3), Labels<U3>>::from_labels(outputs, truth).expect("labels of 3 classes");
            let model = Same::init(0);
            assert_eq!(model.confusion_matrix(&data).counts(), counts, "{place}");
            assert_eq!(model.classification_report(&data).to_string(), text(&row["report"]), "{place}");
        }
    }
}
