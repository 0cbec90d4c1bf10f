//! How often a prediction is right: [`Accuracy`], [`TopKCategoricalAccuracy`], [`BinaryAccuracy`].

use katachi_core::element::Element;

use super::classes::{HaveClasses, classes, for_each_row};
use super::threshold::{AreBinary, GivesProbabilities, check_threshold, is_yes};
use super::{Metric, predicted};
use crate::ending::Ending;
use crate::error::Error;
use crate::loss::AnyShape;

/// The fraction of samples whose class is predicted right.
///
/// The predicted class is the largest output, the first of equals. The right one is the label, or the largest target
/// (one-hot). A model with a single output says yes or no: yes from 0.5 on if it gives probabilities, and from 0 on if it
/// gives logits; the target is yes from 0.5 on. Outputs that are NaN are never right.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::metric::{Accuracy, Metric};
/// use katachi::targets::ClassLabels;
///
/// let mut tally = Default::default();
/// let logits = [2.0_f32, 1.0, 0.0, 0.5, 0.1, 0.9]; // 2 samples, 3 classes
/// Metric::<ClassLabels, LinearOutputs, f32>::add(&Accuracy, &mut tally, 3, &logits, &[0, 1]);
/// assert_eq!(Metric::<ClassLabels, LinearOutputs, f32>::result(&Accuracy, &tally), 0.5);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Accuracy;

/// How many of how many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    hits: u64,
    all: u64,
}

impl Count {
    fn add(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.all += 1;
    }

    fn fraction(self) -> f64 {
        self.hits as f64 / self.all as f64
    }
}

impl<F: HaveClasses, E: Ending, T: Element> Metric<F, E, T> for Accuracy {
    type Outputs = AnyShape;
    type Tally = Count;

    fn name(&self) -> &'static str {
        "accuracy"
    }

    fn add(&self, tally: &mut Count, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        for_each_row::<F, E, T>(width, outputs, targets, |truth, predicted| tally.add(predicted == Some(truth)));
    }

    fn result(&self, tally: &Count) -> f64 {
        tally.fraction()
    }
}

/// The fraction of samples whose class has one of the `k` largest outputs; Keras' default is 5.
///
/// As in Keras the class is among them if fewer than `k` outputs are larger than its own. Targets are labels or one-hot.
/// Outputs that are NaN are never right. An error if `k` is 0 or more than there are classes.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::metric::{Metric, TopKCategoricalAccuracy};
/// use katachi::targets::ClassLabels;
///
/// let (top2, mut tally) = (TopKCategoricalAccuracy::new(2), Default::default());
/// let logits = [2.0_f32, 1.0, 0.0, 0.5, 0.1, 0.9]; // 2 samples, 3 classes
/// Metric::<ClassLabels, LinearOutputs, f32>::add(&top2, &mut tally, 3, &logits, &[1, 1]);
/// assert_eq!(Metric::<ClassLabels, LinearOutputs, f32>::result(&top2, &tally), 0.5);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TopKCategoricalAccuracy {
    k: usize,
}

impl TopKCategoricalAccuracy {
    /// Among the `k` largest.
    pub fn new(k: usize) -> Self {
        Self { k }
    }
}

impl Default for TopKCategoricalAccuracy {
    fn default() -> Self {
        Self::new(5)
    }
}

impl<F: HaveClasses, E: Ending, T: Element> Metric<F, E, T> for TopKCategoricalAccuracy {
    type Outputs = AnyShape;
    type Tally = Count;

    fn name(&self) -> &'static str {
        "top_k_categorical_accuracy"
    }

    fn validate(&self, width: usize) -> Result<(), Error> {
        if (1..=classes(width)).contains(&self.k) {
            return Ok(());
        }
        let must = "from 1 to the number of classes";
        Err(Error::Option { option: "k", value: self.k.to_string(), must })
    }

    fn add(&self, tally: &mut Count, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        let targets = targets.chunks_exact(if F::ONE_A_ROW { 1 } else { width });
        for (row, target) in outputs.chunks_exact(width).zip(targets) {
            let class = F::class::<T>(target);
            let larger = match row {
                [_] => usize::from(predicted::<E, T>(row) != class),
                _ => row.iter().filter(|&&output| output > row[class as usize]).count(),
            };
            tally.add(larger < self.k && !row.iter().any(|output| output.is_nan()));
        }
    }

    fn result(&self, tally: &Count) -> f64 {
        tally.fraction()
    }
}

/// The fraction of outputs on the right side of a threshold, where each output is a question of yes or no of its own.
///
/// An output says yes if its probability is above the threshold, 0.5 unless said: outputs of `sigmoid` are compared with
/// the threshold p, logits with ln(p / (1 - p)). A target is yes from 0.5 on. Outputs that are NaN are never right. An
/// error if the threshold is not from 0 to 1.
///
/// ```
/// use katachi::ending::{LinearOutputs, SigmoidOutputs};
/// use katachi::metric::{BinaryAccuracy, Metric};
/// use katachi::targets::TargetValues;
///
/// let (metric, mut tally) = (BinaryAccuracy::new(), Default::default());
/// Metric::<TargetValues, SigmoidOutputs, f32>::add(&metric, &mut tally, 1, &[0.98, 0.5, 0.1, 0.6], &[1.0, 1.0, 0.0, 0.0]);
/// assert_eq!(Metric::<TargetValues, SigmoidOutputs, f32>::result(&metric, &tally), 0.5);
///
/// let (metric, mut tally) = (BinaryAccuracy::new().threshold(0.75), Default::default()); // a logit of 1.0986
/// Metric::<TargetValues, LinearOutputs, f32>::add(&metric, &mut tally, 1, &[1.0, 1.1], &[0.0, 1.0]);
/// assert_eq!(Metric::<TargetValues, LinearOutputs, f32>::result(&metric, &tally), 1.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BinaryAccuracy {
    threshold: f64,
}

impl BinaryAccuracy {
    /// With a threshold of 0.5.
    pub fn new() -> Self {
        Self { threshold: 0.5 }
    }

    /// The probability above which an output says yes.
    pub fn threshold(self, threshold: f64) -> Self {
        Self { threshold }
    }
}

impl Default for BinaryAccuracy {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: AreBinary, E: GivesProbabilities, T: Element> Metric<F, E, T> for BinaryAccuracy {
    type Outputs = AnyShape;
    type Tally = Count;

    fn name(&self) -> &'static str {
        "binary_accuracy"
    }

    fn validate(&self, _width: usize) -> Result<(), Error> {
        check_threshold(self.threshold)
    }

    fn add(&self, tally: &mut Count, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        let threshold = T::from_f64(E::output_of(self.threshold));
        for (&output, &target) in outputs.iter().zip(F::values::<T>(targets)) {
            tally.add(!output.is_nan() && (output > threshold) == is_yes(target));
        }
    }

    fn result(&self, tally: &Count) -> f64 {
        tally.fraction()
    }
}
