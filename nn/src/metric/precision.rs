//! [`Precision`], [`Recall`] and [`F1Score`]: of answers of yes or no, or of classes.

use katachi_core::element::Element;

use super::Metric;
use super::classes::{Average, ClassCount, ClassCounts, HaveClasses, classes};
use super::threshold::{AreBinary, GivesProbabilities, check_threshold, is_yes};
use crate::ending::Ending;
use crate::error::Error;
use crate::loss::AnyShape;

/// Of a score: each output is a question of yes or no, and says yes above a threshold.
#[derive(Clone, Copy, Debug)]
pub struct Thresholded {
    threshold: f64,
}

impl Thresholded {
    fn add<F: AreBinary, E: GivesProbabilities, T: Element>(
        self,
        tally: &mut ClassCount,
        outputs: &[T],
        targets: &[F::Item<T>],
    ) {
        let threshold = T::from_f64(E::output_of(self.threshold));
        for (&output, &target) in outputs.iter().zip(F::values::<T>(targets)) {
            let (predicted, truth) = (output > threshold, is_yes(target));
            tally.predicted += u64::from(predicted);
            tally.truth += u64::from(truth);
            tally.right += u64::from(predicted && truth);
        }
    }
}

/// Of a score: each row has a class, and the score is that of one class or an average over all.
#[derive(Clone, Copy, Debug)]
pub enum Averaged {
    /// Over all classes.
    Over(Average),
    /// Of this class alone.
    Class(usize),
}

impl Averaged {
    fn validate(self, width: usize) -> Result<(), Error> {
        match self {
            Self::Class(class) if class >= classes(width) => {
                let must = "the number of a class, counted from 0";
                Err(Error::Option { option: "of_class", value: class.to_string(), must })
            }
            _ => Ok(()),
        }
    }

    fn score(self, tally: &ClassCounts, score: fn(&ClassCount) -> f64) -> f64 {
        match self {
            Self::Over(average) => tally.average(average, score),
            // Without a sample the tally does not know the classes yet.
            Self::Class(class) => tally.iter().nth(class).map_or(0.0, |count| score(&count)),
        }
    }
}

/// The fraction of the answers yes that are right: TP / (TP + FP).
///
/// | | targets | counts |
/// |-|---------|--------|
/// | [`new`](Self::new) | values, 0 or 1 for each output | outputs whose probability is above the threshold, 0.5 unless said, as Keras' `Precision` |
/// | [`average`](Self::average) | classes | every class against all others, as scikit-learn's `precision_score(average=…)` |
/// | [`of_class`](Self::of_class) | classes | one class against all others, as `precision_score(labels=[class], average=…)` |
///
/// Outputs of `sigmoid` are compared with the threshold p, logits with ln(p / (1 - p)). Of classes the largest output is
/// the predicted one, as for [`Accuracy`](super::Accuracy). It is 0 where no answer is yes. Outputs that are NaN are no
/// yes, and no class: they are missed. An error if the threshold is not from 0 to 1, or if there is no such class.
///
/// ```
/// use katachi::ending::{LinearOutputs, SigmoidOutputs};
/// use katachi::metric::{Average, Metric, Precision};
/// use katachi::targets::{ClassLabels, TargetValues};
///
/// let (precision, mut tally) = (Precision::new(), Default::default());
/// let probabilities = [0.9_f32, 0.8, 0.3, 0.6];
/// Metric::<TargetValues, SigmoidOutputs, f32>::add(&precision, &mut tally, 1, &probabilities, &[1.0, 0.0, 1.0, 1.0]);
/// assert_eq!(Metric::<TargetValues, SigmoidOutputs, f32>::result(&precision, &tally), 2.0 / 3.0);
///
/// let (precision, mut tally) = (Precision::average(Average::Macro), Default::default());
/// let logits = [2.0_f32, 1.0, 0.5, 0.1, 3.0, 0.0]; // 3 samples, 2 classes
/// Metric::<ClassLabels, LinearOutputs, f32>::add(&precision, &mut tally, 2, &logits, &[0, 1, 0]);
/// assert_eq!(Metric::<ClassLabels, LinearOutputs, f32>::result(&precision, &tally), (2.0 / 3.0 + 0.0) / 2.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Precision<D = Thresholded>(D);

/// The fraction of the targets yes that are found: TP / (TP + FN).
///
/// | | targets | counts |
/// |-|---------|--------|
/// | [`new`](Self::new) | values, 0 or 1 for each output | outputs whose probability is above the threshold, 0.5 unless said, as Keras' `Recall` |
/// | [`average`](Self::average) | classes | every class against all others, as scikit-learn's `recall_score(average=…)` |
/// | [`of_class`](Self::of_class) | classes | one class against all others |
///
/// It is 0 where no target is yes. For the rest see [`Precision`].
///
/// ```
/// use katachi::ending::SigmoidOutputs;
/// use katachi::metric::{Metric, Recall};
/// use katachi::targets::TargetValues;
///
/// let (recall, mut tally) = (Recall::new().threshold(0.7), Default::default());
/// let probabilities = [0.9_f32, 0.8, 0.3, 0.6];
/// Metric::<TargetValues, SigmoidOutputs, f32>::add(&recall, &mut tally, 1, &probabilities, &[1.0, 0.0, 1.0, 1.0]);
/// assert_eq!(Metric::<TargetValues, SigmoidOutputs, f32>::result(&recall, &tally), 1.0 / 3.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Recall<D = Thresholded>(D);

/// The harmonic mean of [`Precision`] and [`Recall`]: 2 TP / (2 TP + FP + FN).
///
/// | | targets | counts |
/// |-|---------|--------|
/// | [`new`](Self::new) | values, 0 or 1 for each output | outputs whose probability is above the threshold, 0.5 unless said, as Keras' `F1Score(average="micro", threshold=0.5)` |
/// | [`average`](Self::average) | classes | every class against all others, as scikit-learn's `f1_score(average=…)`; Keras' counts classes that never occur as 0 |
/// | [`of_class`](Self::of_class) | classes | one class against all others |
///
/// It is 0 where neither an answer nor a target is yes. For the rest see [`Precision`].
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::metric::{Average, F1Score, Metric};
/// use katachi::targets::ClassLabels;
///
/// let (f1, mut tally) = (F1Score::average(Average::Weighted), Default::default());
/// let logits = [2.0_f32, 1.0, 0.5, 0.1, 3.0, 0.0]; // 3 samples, 2 classes
/// Metric::<ClassLabels, LinearOutputs, f32>::add(&f1, &mut tally, 2, &logits, &[0, 1, 0]);
/// assert_eq!(Metric::<ClassLabels, LinearOutputs, f32>::result(&f1, &tally), (0.8 * 2.0 + 0.0 * 1.0) / 3.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct F1Score<D = Thresholded>(D);

macro_rules! score {
    ($name:ident, $keras:literal, $score:path) => {
        impl $name {
            /// Of outputs that each say yes above a threshold, 0.5 unless said.
            pub fn new() -> Self {
                Self(Thresholded { threshold: 0.5 })
            }

            /// The probability above which an output says yes.
            pub fn threshold(self, threshold: f64) -> Self {
                Self(Thresholded { threshold })
            }
        }

        impl $name<Averaged> {
            /// Of classes, averaged over them.
            pub fn average(average: Average) -> Self {
                Self(Averaged::Over(average))
            }

            /// Of one class, counted from 0, against all others.
            pub fn of_class(class: usize) -> Self {
                Self(Averaged::Class(class))
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl<F: AreBinary, E: GivesProbabilities, T: Element> Metric<F, E, T> for $name {
            type Outputs = AnyShape;
            type Tally = ClassCount;

            fn name(&self) -> &'static str {
                $keras
            }

            fn validate(&self, _width: usize) -> Result<(), Error> {
                check_threshold(self.0.threshold)
            }

            fn add(&self, tally: &mut ClassCount, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
                self.0.add::<F, E, T>(tally, outputs, targets);
            }

            fn result(&self, tally: &ClassCount) -> f64 {
                $score(tally)
            }
        }

        impl<F: HaveClasses, E: Ending, T: Element> Metric<F, E, T> for $name<Averaged> {
            type Outputs = AnyShape;
            type Tally = ClassCounts;

            fn name(&self) -> &'static str {
                $keras
            }

            fn validate(&self, width: usize) -> Result<(), Error> {
                self.0.validate(width)
            }

            fn add(&self, tally: &mut ClassCounts, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
                tally.add_batch::<F, E, T>(width, outputs, targets);
            }

            fn result(&self, tally: &ClassCounts) -> f64 {
                self.0.score(tally, $score)
            }

            fn reset(&self, tally: &mut ClassCounts) {
                tally.clear();
            }
        }
    };
}

score!(Precision, "precision", ClassCount::precision);
score!(Recall, "recall", ClassCount::recall);
score!(F1Score, "f1_score", ClassCount::f1);
