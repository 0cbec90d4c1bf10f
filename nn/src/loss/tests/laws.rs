//! Laws of every loss on values: its gradient is its slope, and a batch is the mean of its rows.

use super::*;

const VALUES: [f64; 12] = [0.5, -1.25, 2.0, -0.75, 0.1, 3.0, 1.5, -2.5, 0.4, -0.6, 0.9, -1.1];
const WANTED: [f64; 12] = [0.8, -0.9, -0.5, 1.25, 0.3, 2.25, -1.5, -2.0, 0.7, 0.2, -0.9, 1.0];
const POSITIVE: [f64; 12] = [0.5, 1.25, 2.0, 0.75, 0.1, 3.0, 1.5, 2.5, 0.4, 0.6, 0.9, 1.1];
const COUNTS: [f64; 12] = [0.0, 2.0, 1.0, 3.0, 0.0, 5.0, 1.0, 1.0, 0.0, 2.0, 0.0, 4.0];
const DISTRIBUTIONS: [f64; 12] = [0.2, 0.5, 0.3, 0.6, 0.3, 0.1, 0.05, 0.15, 0.8, 0.4, 0.35, 0.25];
const CLASSES: [f64; 12] = [0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0];
const SOFT: [f64; 12] = [0.1, 0.7, 0.2, 0.5, 0.25, 0.25, 0.3, 0.1, 0.6, 0.2, 0.2, 0.6];
const YES_OR_NO: [f64; 12] = [0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0];

type Run = Box<dyn Fn(&[f64], &[f64], Option<&mut [f64]>) -> f64>;

struct Case {
    name: &'static str,
    outputs: Vec<f64>,
    targets: [f64; 12],
    run: Run,
}

fn case<E: Ending>(
    name: &'static str,
    loss: impl Loss<TargetValues, E, f64> + 'static,
    outputs: &[f64; 12],
    targets: &[f64; 12],
) -> Case {
    let run: Run = Box::new(move |outputs, targets, gradient| match gradient {
        Some(gradient) => loss.value_and_gradient(WIDTH, outputs, targets, gradient),
        None => loss.value(WIDTH, outputs, targets),
    });
    Case { name, outputs: outputs.to_vec(), targets: *targets, run }
}

/// Every loss on values, with every option; none near a kink.
fn cases() -> Vec<Case> {
    let logarithms: [f64; 12] = DISTRIBUTIONS.map(f64::ln);
    let binary = BinaryFocalCrossentropy::from_logits;
    let sigmoid = BinaryFocalCrossentropy::from_probabilities;
    let focal = CategoricalFocalCrossentropy::from_logits;
    let softmax = CategoricalFocalCrossentropy::from_probabilities;
    vec![
        case::<OtherOutputs>("squared", MeanSquaredError, &VALUES, &WANTED),
        case::<OtherOutputs>("absolute", MeanAbsoluteError, &VALUES, &WANTED),
        case::<OtherOutputs>("percentage", MeanAbsolutePercentageError, &VALUES, &WANTED),
        case::<OtherOutputs>("logarithmic", MeanSquaredLogarithmicError, &POSITIVE, &COUNTS),
        case::<OtherOutputs>("huber", Huber::new(), &VALUES, &WANTED),
        case::<OtherOutputs>("huber narrow", Huber::new().delta(0.25), &VALUES, &WANTED),
        case::<OtherOutputs>("log cosh", LogCosh, &VALUES, &WANTED),
        case::<OtherOutputs>("poisson", Poisson, &POSITIVE, &COUNTS),
        case::<OtherOutputs>("cosine", CosineSimilarity, &VALUES, &WANTED),
        case::<LinearOutputs>("hinge", Hinge, &VALUES, &YES_OR_NO),
        case::<LinearOutputs>("hinge of signs", Hinge, &VALUES, &YES_OR_NO.map(|t| 2.0 * t - 1.0)),
        case::<LinearOutputs>("squared hinge", SquaredHinge, &VALUES, &YES_OR_NO),
        case::<LinearOutputs>("categorical hinge", CategoricalHinge, &VALUES, &CLASSES),
        case::<LinearOutputs>("categorical hinge of values", CategoricalHinge, &VALUES, &SOFT),
        case::<SoftmaxOutputs>("divergence", KlDivergence, &DISTRIBUTIONS, &SOFT),
        case::<SoftmaxOutputs>("divergence of classes", KlDivergence, &DISTRIBUTIONS, &CLASSES),
        case::<LinearOutputs>("binary", BinaryCrossentropy::from_logits().label_smoothing(0.2), &VALUES, &YES_OR_NO),
        case::<SigmoidOutputs>(
            "binary probabilities",
            BinaryCrossentropy::from_probabilities().label_smoothing(0.2),
            &DISTRIBUTIONS,
            &YES_OR_NO,
        ),
        case::<LinearOutputs>("binary focal", binary(), &VALUES, &YES_OR_NO),
        case::<LinearOutputs>(
            "binary focal balanced",
            binary().gamma(1.5).alpha(0.3).apply_class_balancing(true).label_smoothing(0.1),
            &VALUES,
            &YES_OR_NO,
        ),
        case::<LinearOutputs>("binary focal of values", binary().gamma(0.5), &VALUES, &SOFT),
        case::<SigmoidOutputs>("binary focal probabilities", sigmoid(), &DISTRIBUTIONS, &YES_OR_NO),
        case::<SigmoidOutputs>(
            "binary focal probabilities balanced",
            sigmoid().gamma(3.5).alpha(0.3).apply_class_balancing(true).label_smoothing(0.1),
            &DISTRIBUTIONS,
            &SOFT,
        ),
        case::<LinearOutputs>(
            "categorical",
            CategoricalCrossentropy::from_logits().label_smoothing(0.3),
            &VALUES,
            &CLASSES,
        ),
        case::<SoftmaxOutputs>(
            "categorical probabilities",
            CategoricalCrossentropy::from_probabilities().label_smoothing(0.3),
            &DISTRIBUTIONS,
            &CLASSES,
        ),
        case::<LogSoftmaxOutputs>(
            "categorical log-probabilities",
            CategoricalCrossentropy::from_log_probabilities().label_smoothing(0.3),
            &logarithms,
            &CLASSES,
        ),
        case::<LinearOutputs>("focal", focal(), &VALUES, &CLASSES),
        case::<LinearOutputs>(
            "focal of values",
            focal().gamma(0.5).alpha(2.0).label_smoothing(0.2),
            &VALUES,
            &SOFT.map(|t| 2.0 * t),
        ),
        case::<SoftmaxOutputs>("focal probabilities", softmax(), &DISTRIBUTIONS, &CLASSES),
        case::<SoftmaxOutputs>(
            "focal probabilities smoothed",
            softmax().gamma(1.0).alpha(0.5).label_smoothing(0.2),
            &DISTRIBUTIONS,
            &SOFT,
        ),
        case::<LogSoftmaxOutputs>(
            "focal log-probabilities",
            CategoricalFocalCrossentropy::from_log_probabilities().label_smoothing(0.2),
            &logarithms,
            &CLASSES,
        ),
    ]
}

#[test]
fn every_gradient_is_the_slope() {
    for Case { name, mut outputs, targets, run } in cases() {
        let mut gradient = [f64::NAN; 12];
        let value = run(&outputs, &targets, Some(&mut gradient));
        let alone = run(&outputs, &targets, None);
        assert!((value - alone).abs() < 1e-14 * (1.0 + value.abs()), "{name}: {value} is not {alone}");
        assert!(gradient.iter().any(|slope| slope.abs() > 1e-3), "{name}: the whole gradient is zero");
        for index in 0..outputs.len() {
            let output = outputs[index];
            outputs[index] = output + 1e-6;
            let up = run(&outputs, &targets, None);
            outputs[index] = output - 1e-6;
            let slope = (up - run(&outputs, &targets, None)) / 2e-6;
            outputs[index] = output;
            let off = (gradient[index] - slope).abs();
            assert!(off < 1e-8 * (1.0 + slope.abs()), "{name}[{index}]: {} but the slope is {slope}", gradient[index]);
        }
    }
}

#[test]
fn a_batch_is_the_mean_of_its_rows() {
    for Case { name, outputs, targets, run } in cases() {
        let mut gradient = [f64::NAN; 12];
        let value = run(&outputs, &targets, Some(&mut gradient));
        let rows = outputs.len() / WIDTH;
        let mut mean = 0.0;
        let mut of_rows = vec![f64::NAN; outputs.len()];
        let parts = outputs.chunks(WIDTH).zip(targets.chunks(WIDTH)).zip(of_rows.chunks_mut(WIDTH));
        for ((y, t), dy) in parts {
            mean += run(y, t, Some(dy)) / rows as f64;
        }
        assert!((value - mean).abs() < 1e-14 * (1.0 + mean.abs()), "{name}: {value} is not {mean}");
        for (whole, part) in gradient.iter().zip(of_rows) {
            assert!((whole - part / rows as f64).abs() < 1e-14 * (1.0 + part.abs()), "{name}: gradients of rows");
        }
    }
}

#[test]
fn nan_is_hidden_by_no_loss() {
    for Case { name, mut outputs, targets, run } in cases() {
        for index in [0, 1] {
            let output = std::mem::replace(&mut outputs[index], f64::NAN);
            let (mut gradient, mut whole) = ([0.0; 12], targets);
            assert!(run(&outputs, &whole, Some(&mut gradient)).is_nan(), "{name}: of an output");
            outputs[index] = output;
            whole[index] = f64::NAN;
            assert!(run(&outputs, &whole, None).is_nan(), "{name}: of a target");
        }
    }
}

/// The four with a number for each class, and the same targets as labels.
#[test]
fn labels_are_one_hot_values() {
    fn compare<E: Ending>(
        sparse: &impl Loss<ClassLabels, E, f64>,
        dense: &impl Loss<TargetValues, E, f64>,
        outputs: &[f64; 12],
    ) {
        let (mut a, mut b) = ([f64::NAN; 12], [f64::NAN; 12]);
        let labels = [1, 0, 2, 1];
        let values = [
            sparse.value(WIDTH, outputs, &labels),
            sparse.value_and_gradient(WIDTH, outputs, &labels, &mut a),
            dense.value_and_gradient(WIDTH, outputs, &CLASSES, &mut b),
        ];
        assert!(values.iter().all(|value| (value - values[0]).abs() < 1e-14), "{values:?}");
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-15), "{a:?} {b:?}");
    }
    for smoothing in [0.0, 0.1, 0.9] {
        compare::<LinearOutputs>(
            &SparseCategoricalCrossentropy::from_logits().label_smoothing(smoothing),
            &CategoricalCrossentropy::from_logits().label_smoothing(smoothing),
            &VALUES,
        );
        compare::<SoftmaxOutputs>(
            &SparseCategoricalCrossentropy::from_probabilities().label_smoothing(smoothing),
            &CategoricalCrossentropy::from_probabilities().label_smoothing(smoothing),
            &DISTRIBUTIONS,
        );
        compare::<LogSoftmaxOutputs>(
            &SparseCategoricalCrossentropy::from_log_probabilities().label_smoothing(smoothing),
            &CategoricalCrossentropy::from_log_probabilities().label_smoothing(smoothing),
            &DISTRIBUTIONS.map(f64::ln),
        );
    }
}

#[test]
fn a_focal_loss_without_focus_is_the_cross_entropy() {
    fn same<E: Ending>(a: &impl Loss<TargetValues, E, f64>, b: &impl Loss<TargetValues, E, f64>, outputs: &[f64; 12]) {
        let (mut da, mut db) = ([f64::NAN; 12], [f64::NAN; 12]);
        let a = a.value_and_gradient(WIDTH, outputs, &CLASSES, &mut da);
        let b = b.value_and_gradient(WIDTH, outputs, &CLASSES, &mut db);
        assert!((a - b).abs() < 1e-14 && da.iter().zip(db).all(|(a, b)| (a - b).abs() < 1e-14), "{da:?} {db:?}");
    }
    same::<LinearOutputs>(
        &BinaryFocalCrossentropy::from_logits().gamma(0.0).label_smoothing(0.2),
        &BinaryCrossentropy::from_logits().label_smoothing(0.2),
        &VALUES,
    );
    same::<SigmoidOutputs>(
        &BinaryFocalCrossentropy::from_probabilities().gamma(0.0).label_smoothing(0.2),
        &BinaryCrossentropy::from_probabilities().label_smoothing(0.2),
        &DISTRIBUTIONS,
    );
    same::<LinearOutputs>(
        &CategoricalFocalCrossentropy::from_logits().gamma(0.0).alpha(1.0).label_smoothing(0.2),
        &CategoricalCrossentropy::from_logits().label_smoothing(0.2),
        &VALUES,
    );
    same::<SoftmaxOutputs>(
        &CategoricalFocalCrossentropy::from_probabilities().gamma(0.0).alpha(1.0).label_smoothing(0.2),
        &CategoricalCrossentropy::from_probabilities().label_smoothing(0.2),
        &DISTRIBUTIONS,
    );
}
