//! Where a formula has a kink, a quotient by zero, or numbers near the end of their range.

use super::*;

/// The value and the gradient.
fn of<E: Ending, const N: usize>(
    loss: &impl Loss<TargetValues, E, f64>,
    outputs: [f64; N],
    targets: [f64; N],
) -> (f64, [f64; N]) {
    let mut gradient = [f64::NAN; N];
    let value = loss.value_and_gradient(N, &outputs, &targets, &mut gradient);
    assert_eq!(value, loss.value(N, &outputs, &targets));
    (value, gradient)
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-13 * b.abs(), "{a} is not {b}");
}

#[test]
fn what_is_met_gives_nothing() {
    let met = [1.5, -2.0];
    let nothing = (0.0, [0.0; 2]);
    assert_eq!(of::<LinearOutputs, 2>(&MeanAbsoluteError, met, met), nothing);
    assert_eq!(of::<LinearOutputs, 2>(&MeanAbsolutePercentageError, met, met), nothing);
    assert_eq!(of::<LinearOutputs, 2>(&Huber::new(), met, met), nothing);
    assert_eq!(of::<LinearOutputs, 2>(&LogCosh, met, met), nothing);
    assert_eq!(of::<LinearOutputs, 2>(&MeanSquaredLogarithmicError, [1.5, 0.0], [1.5, -3.0]), nothing);
    assert_eq!(of::<SoftmaxOutputs, 2>(&KlDivergence, [0.25, 0.75], [0.25, 0.75]).0, 0.0);
}

#[test]
fn errors_of_zero_and_of_any_size() {
    // A target of 0 counts as 10⁻⁷.
    let (value, [slope]) = of::<LinearOutputs, 1>(&MeanAbsolutePercentageError, [2.0], [0.0]);
    close(value, 2e9);
    close(slope, 1e9);
    // On the edge both halves of the formula are the same.
    assert_eq!(of::<LinearOutputs, 1>(&Huber::new().delta(2.0), [3.0], [1.0]), (2.0, [2.0]));
    assert_eq!(of::<LinearOutputs, 1>(&Huber::new().delta(2.0), [-9.0], [1.0]), (18.0, [-2.0]));
    let (value, [slope]) = of::<LinearOutputs, 1>(&LogCosh, [-1000.0], [0.0]);
    assert_eq!((value, slope), (1000.0 - core::f64::consts::LN_2, -1.0));
    for error in [1e-160, 1e-9, 0.25, 0.999_999_999, 1.0, 1.5] {
        let (value, [slope]) = of::<LinearOutputs, 1>(&LogCosh, [error], [0.0]);
        // For small errors from the series, as ln(cosh) of the standard library cancels there.
        let expected = if error < 1e-4 { error * error / 2.0 } else { error.cosh().ln() };
        assert!((value - expected).abs() <= 2e-15 * expected, "{value} is not {expected}");
        close(slope, error.tanh());
    }
}

#[test]
fn outputs_below_what_a_logarithm_takes() {
    let (value, gradient) = of::<LinearOutputs, 2>(&MeanSquaredLogarithmicError, [-5.0, 3.0], [1.0, -1.0]);
    let (low, two, four) = (EPSILON.ln_1p(), 2.0_f64.ln(), 4.0_f64.ln());
    close(value, f64::midpoint((low - two).powi(2), (four - low).powi(2)));
    assert_eq!(gradient[0], 0.0);
    close(gradient[1], (four - low) / 4.0);

    let (value, [slope]) = of::<OtherOutputs, 1>(&Poisson, [0.0], [2.0]);
    close(value, -2.0 * EPSILON.ln());
    close(slope, 1.0 - 2e7);

    // A probability of 0 for what happens, and a target of 0 for what does not.
    let (value, gradient) = of::<SoftmaxOutputs, 2>(&KlDivergence, [0.0, 1.0], [1.0, 0.0]);
    close(value, -EPSILON.ln() + EPSILON * EPSILON.ln());
    assert_eq!(gradient, [0.0, -EPSILON]);
}

#[test]
fn margins() {
    // On the edge and beyond nothing pulls.
    assert_eq!(of::<LinearOutputs, 2>(&Hinge, [1.0, -7.0], [1.0, -1.0]), (0.0, [0.0; 2]));
    assert_eq!(of::<LinearOutputs, 2>(&SquaredHinge, [1.0, -7.0], [1.0, -1.0]), (0.0, [0.0; 2]));
    // 0 and 1 are -1 and 1; but not where -1 stands among them.
    let signs = of::<LinearOutputs, 3>(&Hinge, [0.5, 0.5, -0.25], [1.0, -1.0, -1.0]);
    assert_eq!(of::<LinearOutputs, 3>(&Hinge, [0.5, 0.5, -0.25], [1.0, 0.0, 0.0]), signs);
    assert_eq!(of::<LinearOutputs, 2>(&Hinge, [0.5, 0.5], [0.0, -1.0]), (1.25, [0.0, 0.5]));

    assert_eq!(of::<LinearOutputs, 3>(&CategoricalHinge, [3.0, 2.0, 1.0], [1.0, 0.0, 0.0]), (0.0, [0.0; 3]));
    // Equals share.
    let (value, gradient) = of::<LinearOutputs, 3>(&CategoricalHinge, [2.0, 2.0, 2.0], [1.0, 0.0, 0.0]);
    assert_eq!((value, gradient), (1.0, [-1.0, 0.5, 0.5]));
    // Of negative scores the greatest of the others is the 0 of the right class itself.
    let (value, gradient) = of::<LinearOutputs, 3>(&CategoricalHinge, [-1.0, -2.0, -3.0], [1.0, 0.0, 0.0]);
    assert_eq!((value, gradient), (2.0, [-1.0, 0.0, 0.0]));
}

#[test]
fn directions() {
    close(of::<LinearOutputs, 3>(&CosineSimilarity, [2.0, -4.0, 6.0], [1.0, -2.0, 3.0]).0, -1.0);
    close(of::<LinearOutputs, 3>(&CosineSimilarity, [2.0, -4.0, 6.0], [-1.0, 2.0, -3.0]).0, 1.0);
    assert_eq!(of::<LinearOutputs, 2>(&CosineSimilarity, [0.0, 0.0], [1.0, 2.0]), (0.0, [0.0; 2]));
    assert_eq!(of::<LinearOutputs, 2>(&CosineSimilarity, [1.0, 2.0], [0.0, 0.0]), (0.0, [0.0; 2]));
    // Shorter than 10⁻⁷ is no direction; the value is still that of Keras' formula.
    let (value, gradient) = of::<LinearOutputs, 2>(&CosineSimilarity, [1e-8, 0.0], [3.0, 0.0]);
    close(value, -0.1);
    assert_eq!(gradient, [0.0; 2]);
}

#[test]
fn certainty() {
    let finite = |(value, gradient): (f64, [f64; 2])| {
        assert!(value.is_finite() && gradient.iter().all(|slope| slope.is_finite()), "{value} {gradient:?}");
    };
    for gamma in [0.0, 0.5, 1.0, 2.0, 3.5] {
        for targets in [[0.0, 1.0], [1.0, 0.0]] {
            for logits in [[1000.0, -1000.0], [40.0, -40.0], [0.0, 0.0]] {
                finite(of::<LinearOutputs, 2>(&BinaryFocalCrossentropy::from_logits().gamma(gamma), logits, targets));
                finite(of::<LinearOutputs, 2>(
                    &CategoricalFocalCrossentropy::from_logits().gamma(gamma),
                    logits,
                    targets,
                ));
            }
            for probabilities in [[1.0, 0.0], [1.0 - 1e-16, 1e-16], [0.5, 0.5]] {
                finite(of::<SigmoidOutputs, 2>(
                    &BinaryFocalCrossentropy::from_probabilities().gamma(gamma),
                    probabilities,
                    targets,
                ));
                finite(of::<SoftmaxOutputs, 2>(
                    &CategoricalFocalCrossentropy::from_probabilities().gamma(gamma),
                    probabilities,
                    targets,
                ));
            }
        }
    }
    // Confidently wrong: the loss of logits is not clipped, and its gradient is whole.
    let (value, [slope]) = of::<LinearOutputs, 1>(&BinaryFocalCrossentropy::from_logits(), [-100.0], [1.0]);
    assert_eq!((value, slope), (100.0, -1.0));
    let focal = CategoricalFocalCrossentropy::from_logits().alpha(1.0);
    assert_eq!(of::<LinearOutputs, 2>(&focal, [-100.0, 0.0], [1.0, 0.0]), (100.0, [-1.0, 1.0]));
    // A class that is ruled out, and is not the target's.
    let focal = CategoricalFocalCrossentropy::from_log_probabilities();
    assert_eq!(of::<LogSoftmaxOutputs, 2>(&focal, [0.0, f64::NEG_INFINITY], [1.0, 0.0]).0, 0.0);
}

#[test]
fn options_without_sense() {
    fn text<E: Ending>(loss: &impl Loss<TargetValues, E, f64>) -> String {
        loss.validate().map_or_else(|error| error.to_string(), |()| "fine".into())
    }
    for delta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let expected = format!("`delta` is {delta:?}, but it must be a finite number above 0");
        assert_eq!(text::<LinearOutputs>(&Huber::new().delta(delta)), expected);
    }
    let smoothing = "`label_smoothing` is 1.0, but it must be at least 0 and less than 1";
    assert_eq!(text::<LinearOutputs>(&BinaryCrossentropy::from_logits().label_smoothing(1.0)), smoothing);
    assert_eq!(text::<SigmoidOutputs>(&BinaryCrossentropy::from_probabilities().label_smoothing(1.0)), smoothing);
    assert_eq!(text::<LinearOutputs>(&CategoricalCrossentropy::from_logits().label_smoothing(1.0)), smoothing);
    assert_eq!(text::<SoftmaxOutputs>(&CategoricalCrossentropy::from_probabilities().label_smoothing(1.0)), smoothing);
    assert_eq!(
        text::<LogSoftmaxOutputs>(&CategoricalCrossentropy::from_log_probabilities().label_smoothing(1.0)),
        smoothing
    );
    assert_eq!(text::<LinearOutputs>(&BinaryFocalCrossentropy::from_logits().label_smoothing(1.0)), smoothing);
    assert_eq!(
        text::<SoftmaxOutputs>(&CategoricalFocalCrossentropy::from_probabilities().label_smoothing(1.0)),
        smoothing
    );
    let sparse = SparseCategoricalCrossentropy::from_logits().label_smoothing(-0.5);
    let error = Loss::<ClassLabels, LinearOutputs, f64>::validate(&sparse).expect_err("a negative smoothing");
    assert_eq!((error.option, error.value), ("label_smoothing", -0.5));

    let gamma = "`gamma` is -1.0, but it must be a finite number of at least 0";
    assert_eq!(text::<LinearOutputs>(&BinaryFocalCrossentropy::from_logits().gamma(-1.0)), gamma);
    assert_eq!(text::<SigmoidOutputs>(&BinaryFocalCrossentropy::from_probabilities().gamma(-1.0)), gamma);
    assert_eq!(text::<LinearOutputs>(&CategoricalFocalCrossentropy::from_logits().gamma(-1.0)), gamma);
    assert_eq!(text::<LogSoftmaxOutputs>(&CategoricalFocalCrossentropy::from_log_probabilities().gamma(-1.0)), gamma);
    let alpha = BinaryFocalCrossentropy::from_logits().alpha(1.5);
    assert_eq!(text::<LinearOutputs>(&alpha), "`alpha` is 1.5, but it must be from 0 to 1");
    let alpha = CategoricalFocalCrossentropy::from_logits().alpha(f64::NAN);
    assert_eq!(text::<LinearOutputs>(&alpha), "`alpha` is NaN, but it must be a finite number of at least 0");

    assert_eq!(text::<LinearOutputs>(&MeanSquaredError), "fine");
    assert_eq!(text::<LinearOutputs>(&BinaryFocalCrossentropy::from_logits().label_smoothing(0.5).gamma(0.0)), "fine");
}
