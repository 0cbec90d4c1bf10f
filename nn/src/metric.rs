//! Metrics: numbers that tell a person how good a model is, computed over batches without an error of rounding by batch.

use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::ending::Ending;
use crate::loss::{AnyShape, AreValues, FitsOutputs, SampleLoss, SampleOutputs, TakesOutputs};
use crate::model::Model;
use crate::targets::{ClassLabels, Form, TargetValues};

pub use crate::loss::MeanSquaredError;

/// A metric on targets of form `F` for models that end in `E` and compute in `T`.
///
/// It is a tally that sees every sample once, in batches of any size, and gives the metric of all of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metric for these targets and this model",
    note = "metrics are `Accuracy` and `MeanSquaredError`, and what implements `Metric` or `SampleLoss`"
)]
pub trait Metric<F: Form, E: Ending, T: Element>: Sync {
    /// Keras' name: `accuracy`.
    const NAME: &'static str;
    /// The outputs that it takes: [`AnyShape`], unless it is a function of outputs of one shape.
    type Outputs: TakesOutputs;
    /// What is counted. Its default is that of no sample.
    type Tally: Default + Send;

    /// Adds a batch: outputs in rows of `width` values, the last axis of the model's output, and their targets.
    fn add(&self, tally: &mut Self::Tally, width: usize, outputs: &[T], targets: &[F::Item<T>]);

    /// The metric of all that was added.
    fn result(&self, tally: &Self::Tally) -> f64;
}

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
    rows: u64,
}

impl<F: HaveClasses, E: Ending, T: Element> Metric<F, E, T> for Accuracy {
    const NAME: &'static str = "accuracy";
    type Outputs = AnyShape;
    type Tally = Count;

    fn add(&self, tally: &mut Count, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        let targets = targets.chunks_exact(if F::ONE_A_ROW { 1 } else { width });
        for (row, target) in outputs.chunks_exact(width).zip(targets) {
            let is_number = row.iter().all(|output| output.partial_cmp(output).is_some());
            tally.hits += u64::from(is_number && predicted::<E, T>(row) == F::class::<T>(target));
            tally.rows += 1;
        }
    }

    fn result(&self, tally: &Count) -> f64 {
        tally.hits as f64 / tally.rows as f64
    }
}

/// Targets that name a class for each row: labels, or values with one for each class.
#[diagnostic::on_unimplemented(
    message = "accuracy needs targets that are classes, but the targets of this dataset are `{Self}`",
    label = "this compares classes"
)]
pub trait HaveClasses: Form {
    /// Whether a row has one item, not one for each output.
    const ONE_A_ROW: bool;

    /// The class that the items of one row stand for.
    fn class<T: Element>(row: &[Self::Item<T>]) -> u32;
}

impl HaveClasses for ClassLabels {
    const ONE_A_ROW: bool = true;

    fn class<T: Element>(row: &[u32]) -> u32 {
        row[0]
    }
}

impl HaveClasses for TargetValues {
    const ONE_A_ROW: bool = false;

    fn class<T: Element>(row: &[T]) -> u32 {
        largest_or_from(row, 0.5)
    }
}

/// The class that a row of outputs stands for: the largest, or of a single output 1 if it says yes.
pub(crate) fn predicted<E: Ending, T: Element>(row: &[T]) -> u32 {
    largest_or_from(row, if E::PROBABILITIES { 0.5 } else { 0.0 })
}

fn largest_or_from<T: Element>(row: &[T], threshold: f64) -> u32 {
    if let [single] = row {
        return u32::from(*single >= T::from_f64(threshold));
    }
    let mut best = 0;
    let mut class = 0;
    for (index, value) in (0_u32..).zip(row) {
        if *value > row[best] {
            best = index as usize;
            class = index;
        }
    }
    class
}

/// A sum of squares and how many there are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Squares {
    sum: f64,
    values: u64,
}

impl<F: AreValues, E: Ending, T: Element> Metric<F, E, T> for MeanSquaredError {
    const NAME: &'static str = "mean_squared_error";
    type Outputs = AnyShape;
    type Tally = Squares;

    fn add(&self, tally: &mut Squares, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        for (y, t) in outputs.iter().zip(F::values::<T>(targets)) {
            let difference = y.to_f64() - t.to_f64();
            tally.sum += difference * difference;
            tally.values += 1;
        }
    }

    fn result(&self, tally: &Squares) -> f64 {
        tally.sum / tally.values as f64
    }
}

/// A sum over samples and how many there are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mean {
    sum: f64,
    samples: u64,
}

/// A loss of one sample is a metric too: its mean over the samples.
impl<F: AreValues, E: Ending, T: Element, L: SampleLoss<Element = T>> Metric<F, E, T> for L {
    const NAME: &'static str = L::NAME;
    type Outputs = SampleOutputs<L>;
    type Tally = Mean;

    fn add(&self, tally: &mut Mean, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        let size = <L as SampleLoss>::Outputs::SIZE;
        for (y, t) in outputs.chunks_exact(size).zip(F::values::<T>(targets).chunks_exact(size)) {
            tally.sum += L::value(y, t).to_f64();
            tally.samples += 1;
        }
    }

    fn result(&self, tally: &Mean) -> f64 {
        tally.sum / tally.samples as f64
    }
}

/// A [`Metric`] that fits targets of form `F` and the model `M`: what it ends in, the numbers it computes in, and the shape
/// of its outputs. Nothing implements it but what a [`Metric`] is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metric for these targets and this model",
    note = "metrics are `Accuracy` and `MeanSquaredError`, and what implements `Metric` or `SampleLoss`"
)]
pub trait MetricFor<F: Form, M: Model>: Metric<F, M::Ending, M::Element> {}

impl<F: Form, M: Model, N: Metric<F, M::Ending, M::Element>> MetricFor<F, M> for N
where
    M::Output: Shape<List: Compare<<<N::Outputs as TakesOutputs>::Shape<M::Output> as Shape>::List>>,
    <N::Outputs as TakesOutputs>::Fits: FitsOutputs<Verdict<M::Output, <N::Outputs as TakesOutputs>::Shape<M::Output>>>,
{
}

/// Several metrics on targets of form `F` for the model `M`: `()`, or such a list followed by one more.
pub trait Metrics<F: Form, M: Model>: Sync {
    /// The tallies of all of them.
    type Tallies: Default + Send;

    /// Adds a batch to every tally.
    fn add(&self, tallies: &mut Self::Tallies, width: usize, outputs: &[M::Element], targets: &[F::Item<M::Element>]);

    /// Calls `each` with the name and the result of every metric, in their order.
    fn results(&self, tallies: &Self::Tallies, each: &mut dyn FnMut(&'static str, f64));
}

impl<F: Form, M: Model> Metrics<F, M> for () {
    type Tallies = ();

    fn add(&self, (): &mut (), _: usize, _: &[M::Element], _: &[F::Item<M::Element>]) {}

    fn results(&self, (): &(), _: &mut dyn FnMut(&'static str, f64)) {}
}

impl<F: Form, M: Model, Rest: Metrics<F, M>, N: MetricFor<F, M>> Metrics<F, M> for (Rest, N) {
    type Tallies = (Rest::Tallies, N::Tally);

    fn add(&self, tallies: &mut Self::Tallies, width: usize, outputs: &[M::Element], targets: &[F::Item<M::Element>]) {
        self.0.add(&mut tallies.0, width, outputs, targets);
        self.1.add(&mut tallies.1, width, outputs, targets);
    }

    fn results(&self, tallies: &Self::Tallies, each: &mut dyn FnMut(&'static str, f64)) {
        self.0.results(&tallies.0, each);
        each(N::NAME, self.1.result(&tallies.1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ending::{LinearOutputs, SigmoidOutputs, SoftmaxOutputs};
    use crate::model::example::Scaled;

    fn of<F: Form, E: Ending, M: Metric<F, E, f64>>(
        metric: &M,
        width: usize,
        outputs: &[f64],
        targets: &[F::Item<f64>],
    ) -> f64 {
        let mut tally = M::Tally::default();
        metric.add(&mut tally, width, outputs, targets);
        metric.result(&tally)
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

    #[test]
    fn batches_of_any_size_give_the_same() {
        let outputs: Vec<f64> = (0..30).map(|i| f64::from(i * i % 7)).collect();
        let labels: Vec<u32> = (0..10).map(|i| i % 3).collect();
        let targets: Vec<f64> = (0..30).map(f64::from).collect();
        let (mut count, mut squares) = Default::default();
        for (outputs, (labels, targets)) in outputs.chunks(12).zip(labels.chunks(4).zip(targets.chunks(12))) {
            Metric::<ClassLabels, LinearOutputs, f64>::add(&Accuracy, &mut count, 3, outputs, labels);
            Metric::<TargetValues, LinearOutputs, f64>::add(&MeanSquaredError, &mut squares, 3, outputs, targets);
        }
        let accuracy = Metric::<ClassLabels, LinearOutputs, f64>::result(&Accuracy, &count);
        assert_eq!(accuracy, of::<ClassLabels, LinearOutputs, _>(&Accuracy, 3, &outputs, &labels));
        let error = Metric::<TargetValues, LinearOutputs, f64>::result(&MeanSquaredError, &squares);
        assert_eq!(error, of::<TargetValues, LinearOutputs, _>(&MeanSquaredError, 3, &outputs, &targets));
    }

    #[test]
    fn a_list_reports_in_its_order() {
        let metrics = (((), Accuracy), MeanSquaredError);
        let mut tallies = Default::default();
        Metrics::<TargetValues, Scaled<f64>>::add(&metrics, &mut tallies, 2, &[1.0, 0.0], &[1.0, 0.5]);
        let mut seen = Vec::new();
        Metrics::<TargetValues, Scaled<f64>>::results(&metrics, &tallies, &mut |name, value| {
            seen.push((name, value));
        });
        assert_eq!(seen, [("accuracy", 1.0), ("mean_squared_error", 0.125)]);
    }
}
