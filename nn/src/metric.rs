//! Metrics: numbers that tell a person how good a model is, computed over batches without an error of rounding by batch.
//!
//! | metric | targets | called in Keras, scikit-learn | where it differs |
//! |--------|---------|-------------------------------|------------------|
//! | [`Accuracy`] | classes | `accuracy`, `accuracy_score` | a single output says yes from 0.5 on, in Keras above it |
//! | [`TopKCategoricalAccuracy`] | classes | `TopKCategoricalAccuracy`, `top_k_accuracy_score` | equal outputs count as in Keras |
//! | [`BinaryAccuracy`] | yes or no for each output | `BinaryAccuracy` | logits are met by the logit of the threshold |
//! | [`Precision::new`], [`Recall::new`], [`F1Score::new`] | yes or no for each output | `Precision`, `Recall`, `precision_score`, … | likewise |
//! | [`Precision::average`], [`Precision::of_class`], … | classes | `precision_score(average=…)`, … | Keras' `F1Score` takes classes that never occur into the mean |
//! | [`Auc::roc`] | yes or no for each output | `roc_auc_score` | none |
//! | [`Auc::precision_recall`] | yes or no for each output | `average_precision_score` | none |
//! | [`Auc::thresholds`] | yes or no for each output | `AUC(curve=…)` of Keras | logits need no option; of one kind of target alone ROC is NaN, not 0 |
//! | [`CohenKappa`] | classes | `cohen_kappa_score(labels=range(n))` | none |
//! | [`MatthewsCorrelation`] | classes | `matthews_corrcoef` | none |
//! | [`MeanSquaredError`] | values | `MeanSquaredError`, `mean_squared_error` | none |
//! | [`RootMeanSquaredError`] | values | `RootMeanSquaredError` | scikit-learn takes the root of each output before the mean |
//! | [`MeanAbsoluteError`] | values | `MeanAbsoluteError`, `mean_absolute_error` | none |
//! | [`R2Score`] | values | `R2Score`, `r2_score` | where targets are all equal as in scikit-learn |
//! | [`CosineSimilarity`] | values | `CosineSimilarity` | none |
//! | a [`SampleLoss`](crate::loss::SampleLoss) | values | | its mean over the samples |
//!
//! Classes are labels, or values with one for each class (one-hot), or of a single output 0 and 1. Any other combination
//! does not compile. Every metric sees all samples, in batches of any size, and gives the same to the last bit whatever the
//! size. What it counts takes a fixed memory but for [`Auc::roc`] and [`Auc::precision_recall`], which keep every score.
//!
//! For a closer look at one dataset there are [`ConfusionMatrix`] and [`ClassificationReport`], from
//! [`Predict::confusion_matrix`](crate::Predict::confusion_matrix) and
//! [`Predict::classification_report`](crate::Predict::classification_report), or from labels.
//!
//! A metric of one's own is a type that implements [`Metric`].

use katachi_core::element::Element;

use crate::ending::Ending;
use crate::error::Error;
use crate::loss::TakesOutputs;
use crate::targets::Form;

mod accuracy;
mod agreement;
mod auc;
mod classes;
mod classification_report;
mod confusion_matrix;
mod list;
mod named;
mod precision;
mod regression;
#[cfg(test)]
mod tests;
mod threshold;

pub use crate::loss::{MeanAbsoluteError, MeanSquaredError};
pub use accuracy::{Accuracy, BinaryAccuracy, Count, TopKCategoricalAccuracy};
pub use agreement::{Agreement, CohenKappa, KappaWeights, MatthewsCorrelation};
pub use auc::{Auc, Bins, Exact, Scores, Thresholds};
pub use classes::{Average, ClassCount, ClassCounts, HaveClasses};
pub use classification_report::{ClassificationReport, ReportRow};
pub use confusion_matrix::ConfusionMatrix;
pub use list::{MetricFor, Metrics};
pub use named::Named;
pub use precision::{F1Score, Precision, Recall};
pub use regression::{Columns, CosineSimilarity, Mean, R2Score, RootMeanSquaredError};
pub use threshold::{AreBinary, GivesProbabilities};
pub use {precision::Averaged, precision::Thresholded};

pub(crate) use classes::{classes, for_each_row, predicted};

/// A metric on targets of form `F` for models that end in `E` and compute in `T`.
///
/// It is a tally that sees every sample once, in batches of any size, and gives the metric of all of them.
///
/// ```
/// use katachi::ending::Ending;
/// use katachi::loss::AnyShape;
/// use katachi::metric::Metric;
/// use katachi::prelude::*;
/// use katachi::targets::TargetValues;
///
/// /// The largest |y - t|.
/// struct MaxError;
///
/// impl<E: Ending> Metric<TargetValues, E, f32> for MaxError {
///     type Outputs = AnyShape;
///     type Tally = f32;
///
///     fn name(&self) -> &str {
///         "max_error"
///     }
///
///     fn add(&self, largest: &mut f32, _width: usize, outputs: &[f32], targets: &[f32]) {
///         *largest = outputs.iter().zip(targets).map(|(y, t)| (y - t).abs()).fold(*largest, f32::max);
///     }
///
///     fn result(&self, largest: &f32) -> f64 {
///         f64::from(*largest)
///     }
/// }
///
/// model! {
///     struct Line { line: Dense(1 => 1) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let data = Dataset::from_arrays([[1.0_f32], [2.0]], [[0.5], [-3.0]])?;
/// let evaluation = Line::zeros().evaluate(&data, &MeanSquaredError, MaxError)?;
/// assert_eq!(evaluation.get("max_error"), Some(3.0));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metric for these targets and this model",
    note = "the table of `katachi::metric` says which metric fits which targets: for classes there are `Accuracy` and more, \
            for values `MeanSquaredError` and more; the loss is reported without being a metric; one of your own implements \
            `Metric` or `SampleLoss`"
)]
pub trait Metric<F: Form, E: Ending, T: Element>: Sync {
    /// The outputs that it takes: [`AnyShape`](crate::loss::AnyShape), unless it is a function of outputs of one shape.
    type Outputs: TakesOutputs;
    /// What is counted. Its default is that of no sample.
    type Tally: Default + Send;

    /// Its name in a [`History`](crate::History) and an [`Evaluation`](crate::Evaluation): Keras' name, `accuracy`. Two
    /// metrics of one training need two names: [`Named`].
    fn name(&self) -> &str;

    /// Whether every option makes sense for a model whose outputs are rows of `width` values; an error names the first
    /// that does not. What trains or evaluates asks before it begins.
    fn validate(&self, width: usize) -> Result<(), Error> {
        let _ = width;
        Ok(())
    }

    /// Adds a batch: outputs in rows of `width` values, the last axis of the model's output, and their targets. A label is
    /// less than `width`, as every dataset has made sure.
    fn add(&self, tally: &mut Self::Tally, width: usize, outputs: &[T], targets: &[F::Item<T>]);

    /// The metric of all that was added.
    fn result(&self, tally: &Self::Tally) -> f64;

    /// Makes the tally that of no sample again. One that has memory of its own keeps it, so that the next epoch allocates
    /// nothing.
    fn reset(&self, tally: &mut Self::Tally) {
        *tally = Self::Tally::default();
    }
}
