//! Agreement beyond chance: [`CohenKappa`] and [`MatthewsCorrelation`].

use katachi_core::element::Element;

use super::Metric;
use super::classes::{ClassCounts, HaveClasses, classes, for_each_row};
use crate::ending::Ending;
use crate::loss::AnyShape;

/// Cohen's κ: how much more often prediction and truth agree than they would by chance, 1 for always.
///
/// κ = 1 - Σ w O / Σ w E, where O counts the samples of each pair of classes, E is what independent choices with the same
/// frequencies would give, and w weighs the disagreement ([`KappaWeights`]; J. Cohen, 1960 and 1968). The numbers are those
/// of scikit-learn's `cohen_kappa_score(labels=range(n))`, so the distance of two classes is that of their numbers even
/// where one between them does not occur. It is NaN where truth and prediction are all of one class.
///
/// Outputs that are NaN agree with no class, as if predicted to be of a class that never is right; a weighted κ is NaN then.
///
/// ```
/// use katachi::ending::SigmoidOutputs;
/// use katachi::metric::{CohenKappa, Metric};
/// use katachi::targets::TargetValues;
///
/// let (kappa, mut tally) = (CohenKappa::new(), Default::default());
/// Metric::<TargetValues, SigmoidOutputs, f32>::add(&kappa, &mut tally, 1, &[0.9, 0.2, 0.8, 0.1], &[1.0, 1.0, 1.0, 0.0]);
/// assert_eq!(Metric::<TargetValues, SigmoidOutputs, f32>::result(&kappa, &tally), 0.5);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CohenKappa {
    weights: KappaWeights,
}

/// How bad it is to take class i for class j.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KappaWeights {
    /// As bad for any two classes: 1.
    #[default]
    None,
    /// For classes in an order, such as grades: |i - j|.
    Linear,
    /// (i - j)².
    Quadratic,
}

impl CohenKappa {
    /// Without weights.
    pub fn new() -> Self {
        Self::default()
    }

    /// With weights, for classes in an order.
    pub fn weights(self, weights: KappaWeights) -> Self {
        Self { weights }
    }
}

/// The counts of every class, and how far predictions were off.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    counts: ClassCounts,
    /// Σ w O.
    disagreement: u128,
}

impl KappaWeights {
    fn of(self, i: u32, j: u32) -> u128 {
        let distance = u128::from(i.abs_diff(j));
        match self {
            Self::None => u128::from(i != j),
            Self::Linear => distance,
            Self::Quadratic => distance * distance,
        }
    }

    /// Σᵢⱼ w(i, j) tᵢ pⱼ, which is Σ w E times the number of samples; in one walk over the classes.
    fn expected(self, counts: &ClassCounts) -> u128 {
        let pairs = || counts.iter().map(|count| (u128::from(count.truth), u128::from(count.predicted)));
        let (samples, predictions) = pairs().fold((0, 0), |(t, p), (truth, predicted)| (t + truth, p + predicted));
        match self {
            // Of all pairs those that do not agree. Samples without a prediction agree with none.
            Self::None => samples * samples - pairs().map(|(truth, predicted)| truth * predicted).sum::<u128>(),
            // |i - j| is how many of the gaps between neighbours lie between i and j.
            Self::Linear => {
                let (mut truth_below, mut predicted_below, mut sum) = (0, 0, 0);
                for (truth, predicted) in pairs() {
                    truth_below += truth;
                    predicted_below += predicted;
                    sum += truth_below * (predictions - predicted_below) + predicted_below * (samples - truth_below);
                }
                sum
            }
            // i² - 2 i j + j².
            Self::Quadratic => {
                let (mut first, mut second) = ((0, 0), (0, 0));
                for (i, (truth, predicted)) in (0_u128..).zip(pairs()) {
                    first = (first.0 + i * truth, first.1 + i * predicted);
                    second = (second.0 + i * i * truth, second.1 + i * i * predicted);
                }
                second.0 * predictions + samples * second.1 - 2 * first.0 * first.1
            }
        }
    }
}

impl<F: HaveClasses, E: Ending, T: Element> Metric<F, E, T> for CohenKappa {
    type Outputs = AnyShape;
    type Tally = Agreement;

    fn name(&self) -> &'static str {
        "cohen_kappa"
    }

    fn add(&self, tally: &mut Agreement, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        tally.counts.prepare(classes(width));
        for_each_row::<F, E, T>(width, outputs, targets, |truth, predicted| {
            tally.counts.add(truth, predicted);
            tally.disagreement += predicted.map_or(1, |predicted| self.weights.of(truth, predicted));
        });
    }

    fn result(&self, tally: &Agreement) -> f64 {
        let total = tally.counts.total();
        let expected = self.weights.expected(&tally.counts);
        let is_weighted = self.weights != KappaWeights::None;
        if expected == 0 || (is_weighted && total.predicted < total.truth) {
            return f64::NAN;
        }
        1.0 - (tally.disagreement * u128::from(total.truth)) as f64 / expected as f64
    }

    fn reset(&self, tally: &mut Agreement) {
        tally.counts.clear();
        tally.disagreement = 0;
    }
}

/// Matthews' correlation coefficient φ of the predicted and the right class, of two classes or more: 1 for always right, 0
/// for no better than chance, and fair where one class is rare.
///
/// Of two classes (TP · TN - FP · FN) / √((TP + FP) (TP + FN) (TN + FP) (TN + FN)); of more, Gorodkin's Rₖ (2004), as
/// scikit-learn's `matthews_corrcoef`. It is 0 where truth or prediction is all of one class. Outputs that are NaN count as
/// predicted to be of a class that never is right.
///
/// ```
/// use katachi::ending::SigmoidOutputs;
/// use katachi::metric::{MatthewsCorrelation, Metric};
/// use katachi::targets::TargetValues;
///
/// let mut tally = Default::default();
/// let (outputs, targets) = ([0.9, 0.2, 0.8, 0.7], [1.0, 1.0, 1.0, 0.0]);
/// Metric::<TargetValues, SigmoidOutputs, f32>::add(&MatthewsCorrelation, &mut tally, 1, &outputs, &targets);
/// let phi = Metric::<TargetValues, SigmoidOutputs, f32>::result(&MatthewsCorrelation, &tally);
/// assert_eq!(phi, (2.0 * 0.0 - 1.0 * 1.0) / 3.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct MatthewsCorrelation;

impl<F: HaveClasses, E: Ending, T: Element> Metric<F, E, T> for MatthewsCorrelation {
    type Outputs = AnyShape;
    type Tally = ClassCounts;

    fn name(&self) -> &'static str {
        "matthews_corrcoef"
    }

    fn add(&self, tally: &mut ClassCounts, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        tally.add_batch::<F, E, T>(width, outputs, targets);
    }

    fn result(&self, tally: &ClassCounts) -> f64 {
        let square = |count: u64| u128::from(count) * u128::from(count);
        let total = tally.total();
        let samples = square(total.truth);
        let right = u128::from(total.right) * u128::from(total.truth);
        let by_chance: u128 = tally.iter().map(|count| u128::from(count.truth) * u128::from(count.predicted)).sum();
        let without_class = square(total.truth - total.predicted);
        let of_truth = samples - tally.iter().map(|count| square(count.truth)).sum::<u128>();
        let of_predictions = samples - tally.iter().map(|count| square(count.predicted)).sum::<u128>() - without_class;
        if of_truth == 0 || of_predictions == 0 {
            return 0.0;
        }
        (right as f64 - by_chance as f64) / (of_truth as f64 * of_predictions as f64).sqrt()
    }

    fn reset(&self, tally: &mut ClassCounts) {
        tally.clear();
    }
}
