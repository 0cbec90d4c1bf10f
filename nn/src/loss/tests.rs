//! Every loss against central differences, against its formula, and at the ends of the number range.

use super::*;

mod laws;
mod seams;

const WIDTH: usize = 3;
const ONE_HOT: [f64; 6] = [0.0, 1.0, 0.0, 1.0, 0.0, 0.0];
const LABELS: [u32; 2] = [1, 0];
const LOGITS: [f64; 6] = [0.5, -1.25, 2.0, -0.75, 0.1, 3.0];
const PROBABILITIES: [f64; 6] = [0.2, 0.5, 0.3, 0.6, 0.3, 0.1];

/// The gradient is the slope of the value, and the value is the same with and without it.
fn check<F: Form, E: Ending, L: Loss<F, E, f64>>(loss: &L, outputs: &[f64], targets: &[F::Item<f64>]) {
    let mut gradient = vec![f64::NAN; outputs.len()];
    let value = loss.value_and_gradient(WIDTH, outputs, targets, &mut gradient);
    assert!((value - loss.value(WIDTH, outputs, targets)).abs() < 1e-14 * (1.0 + value.abs()));
    assert!(gradient.iter().any(|&g| g != 0.0), "the whole gradient is zero");
    for index in 0..outputs.len() {
        let value_at = |change: f64| {
            let mut changed = outputs.to_vec();
            changed[index] += change;
            loss.value(WIDTH, &changed, targets)
        };
        let slope = (value_at(1e-6) - value_at(-1e-6)) / 2e-6;
        assert!((gradient[index] - slope).abs() < 1e-8, "output {index}: {} but the slope is {slope}", gradient[index]);
    }
}

fn logarithms() -> Vec<f64> {
    PROBABILITIES.iter().map(|p| p.ln()).collect()
}

#[test]
fn gradients_are_the_slopes() {
    check::<TargetValues, OtherOutputs, _>(&MeanSquaredError, &LOGITS, &ONE_HOT);
    check::<TargetValues, LinearOutputs, _>(&BinaryCrossentropy::from_logits(), &LOGITS, &ONE_HOT);
    check::<TargetValues, SigmoidOutputs, _>(&BinaryCrossentropy::from_probabilities(), &PROBABILITIES, &ONE_HOT);
    check::<TargetValues, LinearOutputs, _>(&CategoricalCrossentropy::from_logits(), &LOGITS, &ONE_HOT);
    // Targets need not sum to one.
    check::<TargetValues, LinearOutputs, _>(
        &CategoricalCrossentropy::from_logits(),
        &LOGITS,
        &[0.5, 0.2, 0.1, 0.0, 2.0, 1.0],
    );
    check::<TargetValues, SoftmaxOutputs, _>(&CategoricalCrossentropy::from_probabilities(), &PROBABILITIES, &ONE_HOT);
    check::<TargetValues, LogSoftmaxOutputs, _>(
        &CategoricalCrossentropy::from_log_probabilities(),
        &logarithms(),
        &ONE_HOT,
    );
    check::<ClassLabels, LinearOutputs, _>(&SparseCategoricalCrossentropy::from_logits(), &LOGITS, &LABELS);
    check::<ClassLabels, SoftmaxOutputs, _>(
        &SparseCategoricalCrossentropy::from_probabilities(),
        &PROBABILITIES,
        &LABELS,
    );
    check::<ClassLabels, LogSoftmaxOutputs, _>(
        &SparseCategoricalCrossentropy::from_log_probabilities(),
        &logarithms(),
        &LABELS,
    );
}

fn to_values<E: Ending>(loss: &impl Loss<TargetValues, E, f64>, outputs: &[f64], targets: &[f64]) -> f64 {
    loss.value(WIDTH, outputs, targets)
}

fn to_labels<E: Ending>(loss: &impl Loss<ClassLabels, E, f64>, outputs: &[f64], labels: &[u32]) -> f64 {
    loss.value(WIDTH, outputs, labels)
}

#[test]
fn values_are_those_of_the_formulas() {
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    let expected = -(0.5_f64.ln() + 0.6_f64.ln()) / 2.0;
    close(
        to_values::<SoftmaxOutputs>(&CategoricalCrossentropy::from_probabilities(), &PROBABILITIES, &ONE_HOT),
        expected,
    );
    close(
        to_labels::<SoftmaxOutputs>(&SparseCategoricalCrossentropy::from_probabilities(), &PROBABILITIES, &LABELS),
        expected,
    );
    // The logarithms of probabilities are logits too.
    let logits = logarithms();
    close(to_values::<LinearOutputs>(&CategoricalCrossentropy::from_logits(), &logits, &ONE_HOT), expected);
    close(to_labels::<LinearOutputs>(&SparseCategoricalCrossentropy::from_logits(), &logits, &LABELS), expected);
    close(
        to_values::<LogSoftmaxOutputs>(&CategoricalCrossentropy::from_log_probabilities(), &logits, &ONE_HOT),
        expected,
    );
    close(
        to_labels::<LogSoftmaxOutputs>(&SparseCategoricalCrossentropy::from_log_probabilities(), &logits, &LABELS),
        expected,
    );

    let each = PROBABILITIES.iter().zip(ONE_HOT).map(|(p, t)| -(t * p.ln() + (1.0 - t) * (1.0 - p).ln()));
    let expected = each.sum::<f64>() / 6.0;
    close(to_values::<SigmoidOutputs>(&BinaryCrossentropy::from_probabilities(), &PROBABILITIES, &ONE_HOT), expected);
    let logits: Vec<f64> = PROBABILITIES.iter().map(|p| (p / (1.0 - p)).ln()).collect();
    close(to_values::<LinearOutputs>(&BinaryCrossentropy::from_logits(), &logits, &ONE_HOT), expected);

    close(to_values::<OtherOutputs>(&MeanSquaredError, &[1.0, 2.0, 3.0], &[1.0, 4.0, 2.0]), 5.0 / 3.0);
}

#[test]
fn large_logits_neither_overflow_nor_vanish() {
    let logits = [1000.0, -1000.0, 0.0];
    assert_eq!(to_labels::<LinearOutputs>(&SparseCategoricalCrossentropy::from_logits(), &logits, &[1]), 2000.0);
    assert_eq!(to_values::<LinearOutputs>(&CategoricalCrossentropy::from_logits(), &logits, &[0.0, 0.0, 1.0]), 1000.0);
    let expected = (1000.0 + core::f64::consts::LN_2) / 3.0;
    assert_eq!(to_values::<LinearOutputs>(&BinaryCrossentropy::from_logits(), &logits, &[0.0, 0.0, 1.0]), expected);
}

#[test]
fn certain_and_wrong_probabilities_are_clipped() {
    let most = -(EPSILON.ln());
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    close(
        to_labels::<SoftmaxOutputs>(&SparseCategoricalCrossentropy::from_probabilities(), &[1.0, 0.0, 0.0], &[1]),
        most,
    );
    close(
        to_values::<SigmoidOutputs>(&BinaryCrossentropy::from_probabilities(), &[0.0, 1.0, 1.0], &[1.0, 0.0, 0.0]),
        most,
    );
}

#[test]
fn nan_is_not_hidden() {
    let outputs = [f64::NAN, 0.2, 0.3];
    assert!(to_values::<OtherOutputs>(&MeanSquaredError, &outputs, &[0.0; 3]).is_nan());
    assert!(to_values::<LinearOutputs>(&BinaryCrossentropy::from_logits(), &outputs, &[0.0; 3]).is_nan());
    assert!(to_values::<SigmoidOutputs>(&BinaryCrossentropy::from_probabilities(), &outputs, &[0.0; 3]).is_nan());
    assert!(to_labels::<LinearOutputs>(&SparseCategoricalCrossentropy::from_logits(), &outputs, &[1]).is_nan());
    assert!(to_labels::<SoftmaxOutputs>(&SparseCategoricalCrossentropy::from_probabilities(), &outputs, &[0]).is_nan());
}

/// y₀² t₀ + y₀ y₁ + t₁ for outputs of two parts.
struct Product;

impl SampleLoss for Product {
    type Element = f64;
    type Outputs = (katachi_core::shape!(), katachi_core::shape!(1));
    type Fits = OneShape;
    const NAME: &'static str = "product";

    fn value(outputs: &[f64], targets: &[f64]) -> f64 {
        outputs[0] * outputs[0] * targets[0] + outputs[0] * outputs[1] + targets[1]
    }

    fn value_and_gradient(outputs: &[f64], targets: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.copy_from_slice(&[2.0 * outputs[0] * targets[0] + outputs[1], outputs[0]]);
        <Self as SampleLoss>::value(outputs, targets)
    }
}

#[test]
fn a_loss_of_one_sample_is_the_mean_over_samples() {
    check::<TargetValues, OtherOutputs, _>(&Product, &LOGITS, &ONE_HOT);
    let (outputs, targets) = ([1.0, 2.0, 3.0, -1.0], [0.5, 0.25, -1.0, 4.0]);
    let expected = (2.75 - 8.0) / 2.0;
    assert_eq!(to_values::<OtherOutputs>(&Product, &outputs, &targets), expected);
    let mut gradient = [f64::NAN; 4];
    Loss::<TargetValues, OtherOutputs, f64>::value_and_gradient(&Product, 2, &outputs, &targets, &mut gradient);
    assert_eq!(gradient, [1.5, 0.5, -3.5, 1.5]);
}

#[cfg(feature = "std")]
#[test]
fn a_loss_is_a_metric_too() {
    use crate::metric::Metric;

    fn metric<E: Ending, M: Metric<TargetValues, E, f64>>(
        metric: &M,
        outputs: &[f64],
        targets: &[f64],
    ) -> (f64, String) {
        let mut tally = M::Tally::default();
        metric.add(&mut tally, WIDTH, &[], &[]); // a batch without samples changes nothing
        for rows in [0..3, 3..6] {
            metric.add(&mut tally, WIDTH, &outputs[rows.clone()], &targets[rows]);
        }
        (metric.result(&tally), metric.name().to_owned())
    }

    let huber = Huber::new().delta(0.5);
    let expected = to_values::<LinearOutputs>(&huber, &LOGITS, &ONE_HOT);
    assert_eq!(metric::<LinearOutputs, _>(&huber, &LOGITS, &ONE_HOT), (expected, "huber".to_owned()));
    let loss = CategoricalCrossentropy::from_probabilities().label_smoothing(0.1);
    let (value, name) = metric::<SoftmaxOutputs, _>(&loss, &PROBABILITIES, &ONE_HOT);
    assert!((value - to_values::<SoftmaxOutputs>(&loss, &PROBABILITIES, &ONE_HOT)).abs() < 1e-15);
    assert_eq!(name, "categorical_crossentropy");
}

#[cfg(feature = "std")]
#[test]
fn a_loss_of_one_sample_is_a_metric_too() {
    use crate::metric::{Mean, Metric};

    fn name<M: Metric<TargetValues, OtherOutputs, f64>>(metric: &M) -> &str {
        metric.name()
    }

    let mut tally = Mean::default();
    for (outputs, targets) in [([1.0, 2.0], [0.5, 0.25]), ([3.0, -1.0], [-1.0, 4.0])] {
        Metric::<TargetValues, OtherOutputs, f64>::add(&Product, &mut tally, 2, &outputs, &targets);
    }
    assert_eq!(Metric::<TargetValues, OtherOutputs, f64>::result(&Product, &tally), (2.75 - 8.0) / 2.0);
    assert_eq!(name(&Product), "product");
}
