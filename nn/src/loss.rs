//! Losses: the number that a training makes small, and its gradient.
//!
//! Values to be met, whatever their size:
//!
//! | loss | targets | the model ends in |
//! |------|---------|-------------------|
//! | [`MeanSquaredError`] | values | anything |
//! | [`MeanAbsoluteError`] | values | anything |
//! | [`MeanAbsolutePercentageError`] | values, not near 0 | anything |
//! | [`MeanSquaredLogarithmicError`] | values from 0 on | anything but `log_softmax` |
//! | [`Huber`] | values | anything |
//! | [`LogCosh`] | values | anything |
//! | [`Poisson`] | values from 0 on: counts | `softplus`, `exp`, or another activation of positive values |
//! | [`CosineSimilarity`] | values: a direction | anything |
//!
//! Classes:
//!
//! | loss | targets | the model ends in |
//! |------|---------|-------------------|
//! | [`BinaryCrossentropy::from_logits`] | values, 0 or 1 | no activation |
//! | [`BinaryCrossentropy::from_probabilities`] | values, 0 or 1 | `sigmoid` |
//! | [`BinaryFocalCrossentropy::from_logits`] | values, 0 or 1 | no activation |
//! | [`BinaryFocalCrossentropy::from_probabilities`] | values, 0 or 1 | `sigmoid` |
//! | [`CategoricalCrossentropy::from_logits`] | values, one-hot | no activation |
//! | [`CategoricalCrossentropy::from_probabilities`] | values, one-hot | `softmax` |
//! | [`CategoricalCrossentropy::from_log_probabilities`] | values, one-hot | `log_softmax` |
//! | [`CategoricalFocalCrossentropy::from_logits`] | values, one-hot | no activation |
//! | [`CategoricalFocalCrossentropy::from_probabilities`] | values, one-hot | `softmax` |
//! | [`CategoricalFocalCrossentropy::from_log_probabilities`] | values, one-hot | `log_softmax` |
//! | [`SparseCategoricalCrossentropy::from_logits`] | class labels | no activation |
//! | [`SparseCategoricalCrossentropy::from_probabilities`] | class labels | `softmax` |
//! | [`SparseCategoricalCrossentropy::from_log_probabilities`] | class labels | `log_softmax` |
//! | [`KlDivergence`] | values: probabilities | `softmax` |
//! | [`Hinge`], [`SquaredHinge`] | values, -1 or 1, or 0 or 1 | no activation, or such as `tanh` |
//! | [`CategoricalHinge`] | values, one-hot | no activation, or such as `tanh` |
//!
//! Any other combination does not compile. From logits is the better choice for training: it is more precise, faster,
//! and its gradient does not vanish where the model is confidently wrong.
//!
//! Each is a metric too, under the name that Keras gives it: `huber`, `categorical_hinge`. (For the cosine, which is to
//! grow, there is a metric of its own.) An option without sense, such as
//! a `delta` of 0, is an [`Error::Option`](crate::error::Error::Option) of [`Trainer::fit`](crate::trainer::Trainer::fit),
//! before anything is changed.
//!
//! A loss of one's own is a function of one sample, [`SampleLoss`], or of a whole batch, [`Loss`].

use katachi_core::element::Element;

use crate::ending::{Ending, LinearOutputs, LogSoftmaxOutputs, OtherOutputs, SigmoidOutputs, SoftmaxOutputs};
use crate::targets::{ClassLabels, Form, TargetValues};

#[cfg(feature = "std")]
mod as_metric;
mod binary_crossentropy;
mod binary_focal_crossentropy;
mod categorical_crossentropy;
mod categorical_focal_crossentropy;
mod categorical_hinge;
mod cosine_similarity;
mod focus;
mod hinge;
mod huber;
mod kl_divergence;
mod log_cosh;
mod mean_absolute_error;
mod mean_absolute_percentage_error;
mod mean_squared_error;
mod mean_squared_logarithmic_error;
mod options;
mod outputs;
mod pointwise;
mod poisson;
mod sample;
mod sparse_categorical_crossentropy;
#[cfg(test)]
mod tests;

#[cfg(feature = "std")]
pub use as_metric::LossTally;
pub use binary_crossentropy::BinaryCrossentropy;
pub use binary_focal_crossentropy::BinaryFocalCrossentropy;
pub use categorical_crossentropy::CategoricalCrossentropy;
pub use categorical_focal_crossentropy::CategoricalFocalCrossentropy;
pub use categorical_hinge::CategoricalHinge;
pub use cosine_similarity::CosineSimilarity;
pub use hinge::{Hinge, SquaredHinge};
pub use huber::Huber;
pub use kl_divergence::KlDivergence;
pub use log_cosh::LogCosh;
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_absolute_percentage_error::MeanAbsolutePercentageError;
pub use mean_squared_error::MeanSquaredError;
pub use mean_squared_logarithmic_error::MeanSquaredLogarithmicError;
pub use options::OptionError;
pub use outputs::{AnyShape, FitsOutputs, LossFor, OneShape, TakesOutputs};
pub use poisson::Poisson;
pub use sample::{SampleLoss, SampleOutputs};
pub use sparse_categorical_crossentropy::SparseCategoricalCrossentropy;

/// A loss on targets of form `F` for models that end in `E` and compute in `T`.
///
/// Outputs are rows of `width` values, the last axis of the model's output; the value is the mean over the rows (Keras'
/// `sum_over_batch_size`), and the gradient is the gradient of that mean. There is at least one row.
///
/// A loss of one's own that is a function of one sample is a [`SampleLoss`]. Any other is a type that implements this for
/// the forms and endings that it fits:
///
/// ```
/// use katachi::ending::Ending;
/// use katachi::loss::{AnyShape, Loss};
/// use katachi::targets::TargetValues;
///
/// /// The mean of (y - t)⁴.
/// struct MeanFourthPower;
///
/// impl<E: Ending> Loss<TargetValues, E, f32> for MeanFourthPower {
///     type Outputs = AnyShape;
///
///     fn value(&self, _width: usize, outputs: &[f32], targets: &[f32]) -> f32 {
///         outputs.iter().zip(targets).map(|(y, t)| (y - t).powi(4)).sum::<f32>() / outputs.len() as f32
///     }
///
///     fn value_and_gradient(&self, width: usize, outputs: &[f32], targets: &[f32], gradient: &mut [f32]) -> f32 {
///         for ((dy, y), t) in gradient.iter_mut().zip(outputs).zip(targets) {
///             *dy = 4.0 * (y - t).powi(3) / outputs.len() as f32;
///         }
///         Loss::<TargetValues, E, f32>::value(self, width, outputs, targets)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no loss for these targets and this model",
    note = "a trainer takes the loss second: `Trainer::new(Adam::new(1e-3), MeanSquaredError)`; the table of \
            `katachi::loss` says which loss fits"
)]
pub trait Loss<F: Form, E: Ending, T: Element>: Send + Sync {
    /// The outputs that it takes: [`AnyShape`], unless it is a function of outputs of one shape.
    type Outputs: TakesOutputs;

    /// The mean of the loss over the rows.
    fn value(&self, width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T;

    /// The same, and its gradient with respect to each output.
    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T;

    /// Whether every option has a value that makes sense; an error names the first that has not.
    /// [`Trainer::fit`](crate::trainer::Trainer::fit) asks before it begins.
    fn validate(&self) -> Result<(), OptionError> {
        Ok(())
    }
}

/// Of a cross-entropy: the model's outputs are logits, to be normalised by the loss.
#[derive(Clone, Copy, Debug)]
pub struct Logits;

/// Of a cross-entropy: the model's outputs are probabilities.
#[derive(Clone, Copy, Debug)]
pub struct Probabilities;

/// Of a cross-entropy: the model's outputs are logarithms of probabilities.
#[derive(Clone, Copy, Debug)]
pub struct LogProbabilities;

/// An ending whose outputs are logits: none.
#[diagnostic::on_unimplemented(
    message = "a loss from logits needs a model that ends without an activation, but this one has `{Self}`",
    label = "this loss takes logits",
    note = "take the last activation off the model, which is the better choice for training; or after `softmax` or `sigmoid` write `from_probabilities()`, \
            after `log_softmax` write `from_log_probabilities()`"
)]
pub trait EndsInLogits: Ending {}
impl EndsInLogits for LinearOutputs {}

/// An ending whose outputs are the probabilities of classes that exclude each other.
#[diagnostic::on_unimplemented(
    message = "a categorical cross-entropy from probabilities needs a model that ends in `softmax`, \
               but this one has `{Self}`",
    label = "this loss takes probabilities that sum to one",
    note = "for a model that ends without an activation (`LinearOutputs`) write `from_logits()`, after `log_softmax` write \
            `from_log_probabilities()`, after `sigmoid` use `BinaryCrossentropy::from_probabilities()`"
)]
pub trait EndsInSoftmax: Ending {}
impl EndsInSoftmax for SoftmaxOutputs {}

/// An ending whose outputs are logarithms of probabilities.
#[diagnostic::on_unimplemented(
    message = "a loss from log-probabilities needs a model that ends in `log_softmax`, but this one has `{Self}`",
    label = "this loss takes logarithms of probabilities",
    note = "for a model that ends without an activation (`LinearOutputs`) write `from_logits()`, \
            after `softmax` write `from_probabilities()`"
)]
pub trait EndsInLogSoftmax: Ending {}
impl EndsInLogSoftmax for LogSoftmaxOutputs {}

/// An ending each of whose outputs is a probability of its own.
#[diagnostic::on_unimplemented(
    message = "a binary cross-entropy from probabilities needs a model that ends in `sigmoid`, \
               but this one has `{Self}`",
    label = "this loss takes a probability for each output",
    note = "for a model that ends without an activation (`LinearOutputs`) write `from_logits()`, \
            after `softmax` use `CategoricalCrossentropy::from_probabilities()`"
)]
pub trait EndsInSigmoid: Ending {}
impl EndsInSigmoid for SigmoidOutputs {}

/// An ending whose outputs are the probabilities of classes that exclude each other, for a loss between distributions.
#[diagnostic::on_unimplemented(
    message = "the Kullback-Leibler divergence needs a model that ends in `softmax`, but this one has `{Self}`",
    label = "this loss takes probabilities that sum to one",
    note = "end the model in `softmax`; or use `CategoricalCrossentropy`, which has the same gradient, with \
            `from_logits()` for a model that ends without an activation (`LinearOutputs`), and \
            `from_log_probabilities()` after `log_softmax`"
)]
pub trait EndsInDistribution: Ending {}
impl EndsInDistribution for SoftmaxOutputs {}

/// An ending whose outputs can be scores of either sign.
#[diagnostic::on_unimplemented(
    message = "a hinge loss needs a model whose outputs go from -1 to 1 and beyond, but this one has `{Self}`",
    label = "this loss takes scores, not probabilities",
    note = "take the last activation off the model, or end it in `tanh`; for probabilities there are \
            `BinaryCrossentropy` after `sigmoid`, and `CategoricalCrossentropy` after `softmax` and `log_softmax`"
)]
pub trait EndsInScores: Ending {}
impl EndsInScores for LinearOutputs {}
impl EndsInScores for OtherOutputs {}

/// An ending whose outputs can all be positive. Of the activations that are [`OtherOutputs`] some are not: it is for who
/// declares the model to choose `softplus` and not `tanh`.
#[diagnostic::on_unimplemented(
    message = "the Poisson loss needs a model whose outputs are positive, but this one has `{Self}`",
    label = "this loss takes the logarithm of the outputs",
    note = "end the model in `softplus`, or a function in `exp`, so that its outputs are rates; without an activation \
            (`LinearOutputs`) they have either sign, and after `log_softmax` none is positive"
)]
pub trait EndsInPositives: Ending {}
impl EndsInPositives for SoftmaxOutputs {}
impl EndsInPositives for SigmoidOutputs {}
impl EndsInPositives for OtherOutputs {}

/// An ending some of whose outputs can be above 0.
#[diagnostic::on_unimplemented(
    message = "the mean squared logarithmic error needs a model whose outputs can be above 0, but this one has `{Self}`",
    label = "this loss takes the logarithm of 1 + the outputs, and nothing below 0",
    note = "take the `log_softmax` off the model, or end it in `softplus`; for logarithms of probabilities there is \
            `CategoricalCrossentropy::from_log_probabilities()`"
)]
pub trait EndsAboveZero: Ending {}
impl EndsAboveZero for LinearOutputs {}
impl EndsAboveZero for SoftmaxOutputs {}
impl EndsAboveZero for SigmoidOutputs {}
impl EndsAboveZero for OtherOutputs {}

/// Targets that are class labels.
#[diagnostic::on_unimplemented(
    message = "this loss takes class labels, but the targets of this dataset are `{Self}`",
    label = "this loss takes class labels",
    note = "for one-hot values use `CategoricalCrossentropy`, for values of 0 and 1 `BinaryCrossentropy`, for other \
            values `MeanSquaredError`"
)]
pub trait AreLabels: Form {
    /// The items, as the labels that they are.
    fn labels<T: Element>(items: &[Self::Item<T>]) -> &[u32];
}

impl AreLabels for ClassLabels {
    fn labels<T: Element>(items: &[u32]) -> &[u32] {
        items
    }
}

/// Targets that are values.
#[diagnostic::on_unimplemented(
    message = "this loss or metric takes a target value for each output, but the targets of this dataset are `{Self}`",
    label = "this takes values",
    note = "for class labels there is the loss `SparseCategoricalCrossentropy`, and the metric `Accuracy`; \
            `data.one_hot()` gives a dataset of one-hot values"
)]
pub trait AreValues: Form {
    /// The items, as the values that they are.
    fn values<T: Element>(items: &[Self::Item<T>]) -> &[T];
}

impl AreValues for TargetValues {
    fn values<T: Element>(items: &[T]) -> &[T] {
        items
    }
}

/// How far from 0 and 1 probabilities are kept before their logarithm is taken, and divisors from 0: `keras.backend.epsilon`.
const EPSILON: f64 = 1e-7;

/// The probability, kept between [`EPSILON`] and 1 - [`EPSILON`], and whether it was between them already. NaN stays.
fn clip<T: Element>(probability: T) -> (T, bool) {
    clip_between(T::from_f64(EPSILON), probability, T::from_f64(1.0 - EPSILON))
}

/// The value, kept between two others, and whether it was between them already. NaN stays.
fn clip_between<T: Element>(low: T, value: T, high: T) -> (T, bool) {
    if value < low {
        (low, false)
    } else if value > high {
        (high, false)
    } else {
        (value, true)
    }
}

/// ln Σⱼ exp(zⱼ) of a row; the largest is taken out first, so that nothing overflows.
fn log_sum_exp<T: Element>(row: &[T]) -> T {
    let largest = row.iter().copied().fold(row[0], |a, b| if b > a { b } else { a });
    let sum: T = row.iter().map(|&z| (z - largest).exp()).sum();
    largest + sum.ln()
}

/// 1 / count.
fn reciprocal<T: Element>(count: usize) -> T {
    T::ONE / T::from_f64(count as f64)
}
