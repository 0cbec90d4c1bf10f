//! Questions of yes or no: an output that is compared with a threshold, and its target.

use katachi_core::element::Element;

use crate::ending::{Ending, LinearOutputs, LogSoftmaxOutputs, SigmoidOutputs, SoftmaxOutputs};
use crate::error::Error;
use crate::loss::AreValues;
use crate::targets::TargetValues;

/// Targets that say yes (from 0.5 on) or no for each output.
#[diagnostic::on_unimplemented(
    message = "this metric takes a target of 0 or 1 for each output, but the targets of this dataset are `{Self}`",
    label = "this asks of each output whether it says yes",
    note = "for class labels there are `Accuracy`, and precision, recall and F1 of all classes, \
            `Precision::average(Average::Macro)`, or of one, `Precision::of_class(1)`; answers of yes or no are `Values` \
            of 0 and 1, one for each output"
)]
pub trait AreBinary: AreValues {}

impl AreBinary for TargetValues {}

/// An ending whose outputs are probabilities, or stand for them as logits or logarithms do.
#[diagnostic::on_unimplemented(
    message = "this metric needs a model that gives probabilities or logits, but this one has `{Self}`",
    label = "this compares probabilities with a threshold",
    note = "for answers of yes or no let the model end in `sigmoid`, or without an activation (`LinearOutputs`), which \
            gives logits; for other outputs, as after `relu`, there are metrics of values such as `MeanAbsoluteError`"
)]
pub trait GivesProbabilities: Ending {
    /// The output that stands for this probability.
    fn output_of(probability: f64) -> f64;

    /// The probability that this output stands for.
    fn probability<T: Element>(output: T) -> T;
}

/// Logits: ln(p / (1 - p)).
impl GivesProbabilities for LinearOutputs {
    fn output_of(probability: f64) -> f64 {
        Element::ln(probability / (1.0 - probability))
    }

    fn probability<T: Element>(output: T) -> T {
        output.sigmoid()
    }
}

impl GivesProbabilities for LogSoftmaxOutputs {
    fn output_of(probability: f64) -> f64 {
        Element::ln(probability)
    }

    fn probability<T: Element>(output: T) -> T {
        output.exp()
    }
}

impl GivesProbabilities for SigmoidOutputs {
    fn output_of(probability: f64) -> f64 {
        probability
    }

    fn probability<T: Element>(output: T) -> T {
        output
    }
}

impl GivesProbabilities for SoftmaxOutputs {
    fn output_of(probability: f64) -> f64 {
        probability
    }

    fn probability<T: Element>(output: T) -> T {
        output
    }
}

/// Whether a target says yes.
pub(super) fn is_yes<T: Element>(target: T) -> bool {
    target >= T::from_f64(0.5)
}

/// A threshold that makes sense.
pub(super) fn check_threshold(threshold: f64) -> Result<(), Error> {
    if (0.0..=1.0).contains(&threshold) {
        return Ok(());
    }
    let must = "a probability, from 0 to 1: a model of logits is met by the logit of it";
    Err(Error::Option { option: "threshold", value: threshold.to_string(), must })
}
