//! Forms and endings, batches of any size, numbers that are none, options and names.

use super::*;
use crate::ending::{LinearOutputs, LogSoftmaxOutputs, OtherOutputs, SigmoidOutputs, SoftmaxOutputs};
use crate::model::example::Scaled;
use crate::targets::{ClassLabels, TargetValues};

/// A metric of a dataset that comes in batches of `batch` rows; and the same again in the reset tally.
fn in_batches<F: Form, E: Ending, N: Metric<F, E, f64>>(
    metric: &N,
    width: usize,
    batch: usize,
    outputs: &[f64],
    targets: &[F::Item<f64>],
) -> f64 {
    let items = targets.len() / (outputs.len() / width);
    let mut tally = N::Tally::default();
    let mut result = || {
        for (outputs, targets) in outputs.chunks(batch * width).zip(targets.chunks(batch * items)) {
            metric.add(&mut tally, width, outputs, targets);
        }
        let result = metric.result(&tally);
        metric.reset(&mut tally);
        result
    };
    let first = result();
    assert_eq!(first.to_bits(), result().to_bits(), "{}: after a reset", metric.name());
    first
}

fn of<F: Form, E: Ending, N: Metric<F, E, f64>>(
    metric: &N,
    width: usize,
    outputs: &[f64],
    targets: &[F::Item<f64>],
) -> f64 {
    in_batches(metric, width, outputs.len(), outputs, targets)
}

#[test]
fn accuracy_follows_the_form_and_the_ending() {
    let outputs = [0.1, 0.9, 0.8, 0.2, 0.5, 0.5];
    assert_eq!(of::<ClassLabels, SoftmaxOutputs, _>(&Accuracy, 2, &outputs, &[1, 0, 1]), 2.0 / 3.0);
    let one_hot = [0.0, 1.0, 0.0, 1.0, 1.0, 0.0];
    assert_eq!(of::<TargetValues, SoftmaxOutputs, _>(&Accuracy, 2, &outputs, &one_hot), 2.0 / 3.0);
    // A single output: 0.1, 0.5 and 0.8 as probabilities are no, yes, yes, and as logits three times yes.
    assert_eq!(of::<ClassLabels, LinearOutputs, _>(&Accuracy, 2, &[f64::NAN, f64::NAN], &[0]), 0.0);
    assert_eq!(of::<TargetValues, SigmoidOutputs, _>(&Accuracy, 1, &[0.1, 0.5, 0.8], &[0.0, 1.0, 1.0]), 1.0);
    assert_eq!(of::<TargetValues, LinearOutputs, _>(&Accuracy, 1, &[0.1, 0.5, -0.8], &[0.0, 1.0, 0.0]), 2.0 / 3.0);
}

/// Outputs of 10 rows and 3 columns from 0 to 1, many of them equal, with their labels and their targets of 0 and 1.
fn rows() -> (Vec<f64>, Vec<u32>, Vec<f64>) {
    let outputs = (0..30).map(|i| f64::from(i * i % 7) / 6.0).collect();
    (outputs, (0..10).map(|i| i * i % 3).collect(), (0..30).map(|i| f64::from(i % 4 / 3)).collect())
}

#[test]
fn batches_of_any_size_give_the_same() {
    fn check<F: Form, E: Ending, N: Metric<F, E, f64>>(metric: &N, outputs: &[f64], targets: &[F::Item<f64>]) {
        let whole = of(metric, 3, outputs, targets);
        assert!(whole.is_finite() && whole != 0.0, "{}: {whole} tells nothing", metric.name());
        for batch in [1, 2, 3, 4, 7, 9] {
            let parts = in_batches(metric, 3, batch, outputs, targets);
            assert_eq!(parts.to_bits(), whole.to_bits(), "{} in batches of {batch}", metric.name());
        }
    }
    let (outputs, labels, targets) = rows();
    macro_rules! of_classes {
        ($($metric:expr),* $(,)?) => {$(
            check::<ClassLabels, LinearOutputs, _>(&$metric, &outputs, &labels);
            check::<TargetValues, SigmoidOutputs, _>(&$metric, &outputs, &targets);
        )*};
    }
    macro_rules! of_values {
        ($($metric:expr),* $(,)?) => {$(check::<TargetValues, SigmoidOutputs, _>(&$metric, &outputs, &targets);)*};
    }
    of_classes!(
        Accuracy,
        TopKCategoricalAccuracy::new(2),
        Precision::average(Average::Macro),
        Recall::average(Average::Weighted),
        F1Score::average(Average::Micro),
        F1Score::of_class(1),
        CohenKappa::new(),
        CohenKappa::new().weights(KappaWeights::Linear),
        CohenKappa::new().weights(KappaWeights::Quadratic),
        MatthewsCorrelation,
    );
    of_values!(
        BinaryAccuracy::new(),
        Precision::new(),
        Recall::new().threshold(0.25),
        F1Score::new(),
        Auc::roc(),
        Auc::precision_recall(),
        Auc::roc().thresholds(5),
        Auc::precision_recall().thresholds(5),
        MeanSquaredError,
        MeanAbsoluteError,
        RootMeanSquaredError,
        R2Score,
        CosineSimilarity,
    );
}

#[test]
fn a_threshold_is_a_probability_whatever_the_model_ends_in() {
    let probabilities = [0.1_f64, 0.25, 0.5, 0.75, 0.9];
    let targets = [0.0, 1.0, 0.0, 1.0, 1.0];
    let logits = probabilities.map(|p| (p / (1.0 - p)).ln());
    let logarithms = probabilities.map(f64::ln);
    for threshold in [0.0, 0.2, 0.3, 0.6, 0.8, 1.0] {
        let metric = Precision::new().threshold(threshold);
        let expected = of::<TargetValues, SigmoidOutputs, _>(&metric, 1, &probabilities, &targets);
        assert_eq!(of::<TargetValues, LinearOutputs, _>(&metric, 1, &logits, &targets), expected);
        assert_eq!(of::<TargetValues, LogSoftmaxOutputs, _>(&metric, 1, &logarithms, &targets), expected);
    }
    // Above the threshold, not at it, as in Keras.
    assert_eq!(of::<TargetValues, SigmoidOutputs, _>(&Recall::new(), 1, &[0.5], &[1.0]), 0.0);
    assert_eq!(of::<TargetValues, LinearOutputs, _>(&BinaryAccuracy::new(), 1, &[0.0], &[1.0]), 0.0);
    let auc = Auc::roc().thresholds(5);
    let expected = of::<TargetValues, SigmoidOutputs, _>(&auc, 1, &[0.1, 0.2, 0.6, 0.9], &targets[..4]);
    let logits = [0.1_f64, 0.2, 0.6, 0.9].map(|p| (p / (1.0 - p)).ln());
    assert_eq!(of::<TargetValues, LinearOutputs, _>(&auc, 1, &logits, &targets[..4]), expected);
}

#[test]
fn a_single_output_is_two_classes() {
    fn check<N: Metric<TargetValues, SigmoidOutputs, f64> + Metric<ClassLabels, SoftmaxOutputs, f64>>(metric: &N) {
        let yes = [0.1, 0.9, 0.6, 0.3, 0.8, 0.45, 0.7];
        let both: Vec<f64> = yes.iter().flat_map(|&p| [1.0 - p, p]).collect();
        let single = of::<TargetValues, SigmoidOutputs, _>(metric, 1, &yes, &[0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]);
        assert_eq!(single, of::<ClassLabels, SoftmaxOutputs, _>(metric, 2, &both, &[0, 1, 0, 1, 1, 0, 1]));
        assert!(single > 0.0 && single <= 1.0);
    }
    check(&Accuracy);
    check(&TopKCategoricalAccuracy::new(1));
    check(&TopKCategoricalAccuracy::new(2));
    check(&Precision::of_class(1));
    check(&F1Score::average(Average::Macro));
    check(&CohenKappa::new());
    check(&MatthewsCorrelation);
}

#[test]
fn nan_is_no_answer() {
    let nan = f64::NAN;
    let classes = [nan, 1.0, 0.0, 1.0, 1.0, nan, 1.0, 0.0]; // of 2 classes: none, 1, none, 0
    let labels = [0, 1, 1, 0];
    assert_eq!(of::<ClassLabels, LinearOutputs, _>(&Accuracy, 2, &classes, &labels), 0.5);
    assert_eq!(of::<ClassLabels, LinearOutputs, _>(&TopKCategoricalAccuracy::new(2), 2, &classes, &labels), 0.5);
    assert_eq!(of::<ClassLabels, LinearOutputs, _>(&Precision::of_class(1), 2, &classes, &labels), 1.0);
    assert_eq!(of::<ClassLabels, LinearOutputs, _>(&Recall::of_class(1), 2, &classes, &labels), 0.5);
    // As if predicted to be of a third class: scikit-learn's numbers for [0, 1, 1, 0] and [2, 1, 2, 0].
    let kappa = of::<ClassLabels, LinearOutputs, _>(&CohenKappa::new(), 2, &classes, &labels);
    assert!((kappa - 1.0 / 3.0).abs() < 1e-15, "{kappa}");
    let phi = of::<ClassLabels, LinearOutputs, _>(&MatthewsCorrelation, 2, &classes, &labels);
    assert!((phi - 0.447_213_595_499_957_9).abs() < 1e-15, "{phi}");
    let weighted = CohenKappa::new().weights(KappaWeights::Linear);
    assert!(of::<ClassLabels, LinearOutputs, _>(&weighted, 2, &classes, &labels).is_nan());

    let (outputs, targets) = ([nan, 0.9, 0.2, nan], [1.0, 1.0, 0.0, 0.0]);
    assert_eq!(of::<TargetValues, SigmoidOutputs, _>(&BinaryAccuracy::new(), 1, &outputs, &targets), 0.5);
    assert_eq!(of::<TargetValues, SigmoidOutputs, _>(&Precision::new(), 1, &outputs, &targets), 1.0);
    assert_eq!(of::<TargetValues, SigmoidOutputs, _>(&Recall::new(), 1, &outputs, &targets), 0.5);
    for auc in [Auc::roc(), Auc::precision_recall()] {
        assert!(of::<TargetValues, SigmoidOutputs, _>(&auc, 1, &outputs, &targets).is_nan());
        assert!(of::<TargetValues, SigmoidOutputs, _>(&auc.thresholds(9), 1, &outputs, &targets).is_nan());
    }
    assert!(of::<TargetValues, OtherOutputs, _>(&MeanAbsoluteError, 1, &outputs, &targets).is_nan());
    assert!(of::<TargetValues, OtherOutputs, _>(&RootMeanSquaredError, 1, &outputs, &targets).is_nan());
    assert!(of::<TargetValues, OtherOutputs, _>(&R2Score, 1, &outputs, &targets).is_nan());
    assert!(of::<TargetValues, OtherOutputs, _>(&R2Score, 1, &outputs, &[1.0; 4]).is_nan());
    assert!(of::<TargetValues, OtherOutputs, _>(&CosineSimilarity, 2, &outputs, &targets).is_nan());
}

#[test]
fn one_kind_alone_has_its_numbers() {
    let outputs = [0.2, 0.7, 0.7];
    for roc in [0.0, 1.0] {
        assert!(of::<TargetValues, SigmoidOutputs, _>(&Auc::roc(), 1, &outputs, &[roc; 3]).is_nan());
        assert!(of::<TargetValues, SigmoidOutputs, _>(&Auc::roc().thresholds(9), 1, &outputs, &[roc; 3]).is_nan());
        let average_precision = of::<TargetValues, SigmoidOutputs, _>(&Auc::precision_recall(), 1, &outputs, &[roc; 3]);
        assert_eq!(average_precision, roc);
        let auc = Auc::precision_recall().thresholds(9);
        assert_eq!(of::<TargetValues, SigmoidOutputs, _>(&auc, 1, &outputs, &[roc; 3]), roc);
    }
    assert!(of::<ClassLabels, LinearOutputs, _>(&CohenKappa::new(), 2, &[0.0, 1.0], &[1]).is_nan());
    assert_eq!(of::<ClassLabels, LinearOutputs, _>(&MatthewsCorrelation, 2, &[0.0, 1.0], &[1]), 0.0);
    assert_eq!(of::<TargetValues, LinearOutputs, _>(&R2Score, 1, &[1.0, 2.0], &[3.0, 3.0]), 0.0);
    assert_eq!(of::<TargetValues, LinearOutputs, _>(&R2Score, 1, &[3.0, 3.0], &[3.0, 3.0]), 1.0);
    assert!(of::<TargetValues, LinearOutputs, _>(&R2Score, 1, &[3.0], &[3.0]).is_nan());
    assert_eq!(of::<TargetValues, LinearOutputs, _>(&CosineSimilarity, 2, &[0.0, 0.0], &[3.0, 3.0]), 0.0);
}

#[test]
fn of_no_sample_a_fraction_is_none_and_a_score_is_zero_or_none() {
    fn empty<F: Form, E: Ending, N: Metric<F, E, f64>>(metric: &N) -> f64 {
        metric.result(&N::Tally::default())
    }
    assert!(empty::<ClassLabels, LinearOutputs, _>(&Accuracy).is_nan());
    assert!(empty::<TargetValues, LinearOutputs, _>(&BinaryAccuracy::new()).is_nan());
    assert!(empty::<ClassLabels, LinearOutputs, _>(&F1Score::average(Average::Macro)).is_nan());
    assert_eq!(empty::<ClassLabels, LinearOutputs, _>(&Precision::of_class(1)), 0.0);
    assert_eq!(empty::<TargetValues, LinearOutputs, _>(&Precision::new()), 0.0);
    assert!(empty::<TargetValues, LinearOutputs, _>(&Auc::roc()).is_nan());
    assert!(empty::<ClassLabels, LinearOutputs, _>(&CohenKappa::new()).is_nan());
    assert!(empty::<TargetValues, LinearOutputs, _>(&R2Score).is_nan());
}

#[test]
fn a_list_reports_in_its_order() {
    let metrics = (((), Accuracy), MeanSquaredError);
    let mut tallies = Default::default();
    Metrics::<TargetValues, Scaled<f64>>::add(&metrics, &mut tallies, 2, &[1.0, 0.0], &[1.0, 0.5]);
    let mut seen = Vec::new();
    Metrics::<TargetValues, Scaled<f64>>::results(&metrics, &tallies, &mut |name, value| {
        seen.push((name.to_owned(), value));
    });
    assert_eq!(seen, [("accuracy".to_owned(), 1.0), ("mean_squared_error".to_owned(), 0.125)]);
}

#[test]
fn options_and_names_are_checked() {
    fn text<N: Metrics<TargetValues, Scaled<f64>>>(metrics: &N) -> String {
        metrics.validate().unwrap_err().to_string()
    }
    assert_eq!(
        text(&((), TopKCategoricalAccuracy::new(0))),
        "`k` is 0, but it must be from 1 to the number of classes",
    );
    assert_eq!(
        text(&((), TopKCategoricalAccuracy::default())), // 5 of 3 classes
        "`k` is 5, but it must be from 1 to the number of classes",
    );
    for threshold in [1.5, f64::NAN] {
        assert_eq!(
            text(&((), Recall::new().threshold(threshold))),
            format!(
                "`threshold` is {threshold}, but it must be a probability, from 0 to 1: a model of logits is met by the \
                 logit of it"
            ),
        );
    }
    assert_eq!(
        text(&((), F1Score::of_class(3).named("f1 of a class"))),
        "`of_class` is 3, but it must be the number of a class, counted from 0",
    );
    assert_eq!(
        text(&(((), Auc::roc().thresholds(1)), Accuracy)),
        "`thresholds` is 1, but it must be from 2 to 1000000",
    );
    assert_eq!(
        text(&((((), Precision::new()), Accuracy), Precision::average(Average::Macro))),
        "metric `precision`: another metric has the same name; give it one of its own, as in \
         `.metric(Precision::new().named(\"precision_2\"))`",
    );
    for name in ["", "loss", "val_accuracy"] {
        let problem = format!("metric `{name}`: the name stands for something else in a history; ");
        assert!(text(&((), Accuracy.named(name))).starts_with(&problem));
    }
    let fine = ((((), Precision::new()), Precision::of_class(2).named("precision_2")), Auc::roc().thresholds(2));
    assert!(Metrics::<TargetValues, Scaled<f64>>::validate(&fine).is_ok());
    let mut names = Vec::new();
    Metrics::<TargetValues, Scaled<f64>>::names(&fine, &mut |name| names.push(name.to_owned()));
    assert_eq!(names, ["precision", "precision_2", "auc"]);
}

#[test]
fn a_matrix_refuses_what_is_no_class() {
    let text = |result: Result<ConfusionMatrix, Error>| result.unwrap_err().to_string();
    assert_eq!(
        text(ConfusionMatrix::from_labels(3, &[0, 1], &[0])),
        "confusion matrix: there are 2 true labels, but 1 predicted ones; pass as many of the one as of the other",
    );
    assert_eq!(
        text(ConfusionMatrix::from_labels(3, &[0, 1], &[0, 3])),
        "confusion matrix: the predicted label of sample 1 is 3, but there are 3 classes; count the classes from 0, or \
         make it of 4 classes",
    );
    assert_eq!(
        text(ConfusionMatrix::from_labels(usize::MAX, &[], &[])),
        format!("`classes` is {}, but it must be a number whose square fits into memory", usize::MAX),
    );
    assert_eq!(
        text(ConfusionMatrix::from_labels(2, &[], &[]).unwrap().class_names(["a"])),
        "confusion matrix: there are 2 classes, but 1 names; pass a name for each class, in the order of their labels",
    );
    let report = ClassificationReport::from_labels(2, &[0], &[0]).unwrap().class_names(["a"; 3]).unwrap_err();
    assert!(report.to_string().starts_with("classification report: there are 2 classes, but 3 names; "));
}

/// Names come from files.
#[test]
fn a_name_without_end_does_not_widen_the_rest() {
    let name = "x".repeat(70_000);
    let matrix = ConfusionMatrix::from_labels(2, &[0], &[1]).unwrap().class_names([&*name, "b"]).unwrap();
    for text in [matrix.to_string(), matrix.report().to_string()] {
        let others: Vec<&str> = text.lines().filter(|line| !line.contains(&name)).collect();
        assert!(!others.is_empty() && others.iter().all(|line| line.len() < 500));
    }
}

#[test]
fn a_matrix_is_shown_aligned() {
    let matrix = ConfusionMatrix::from_labels(2, &[0; 12], &[1; 12]).unwrap();
    assert_eq!(matrix.to_string(), "truth \\ predicted  0   1\n                0  0  12\n                1  0   0");
    let mut matrix = matrix.class_names(["größer", "kleiner"]).unwrap();
    matrix.add_one(1, None);
    assert_eq!(
        matrix.to_string(),
        "truth \\ predicted  größer  kleiner\n           größer       0       12\n          kleiner       0        0\n\
         1 without a prediction, because an output is NaN",
    );
    assert_eq!((matrix.accuracy(), matrix.recall(1), matrix.undecided()), (0.0, 0.0, 1));
    assert!(ConfusionMatrix::from_labels(0, &[], &[]).unwrap().accuracy().is_nan());
}
