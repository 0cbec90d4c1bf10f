//! Classes: which one a row of outputs and its targets stand for, and how often each was right.

use katachi_core::element::Element;

use crate::ending::Ending;
use crate::targets::{ClassLabels, Form, TargetValues};

/// Targets that name a class for each row: labels, or values with one for each class.
#[diagnostic::on_unimplemented(
    message = "this compares classes, but the targets of this dataset are `{Self}`",
    label = "this needs targets that are classes"
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

/// How the scores of classes become one number: scikit-learn's and Keras' `average`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Average {
    /// The mean over the classes that occur, as targets or as predictions: each class weighs the same.
    Macro,
    /// The mean over the classes, each weighing as much as it has samples.
    Weighted,
    /// The score of all classes taken together. Where each sample has one class, as here, precision, recall and F1 are
    /// then all the accuracy.
    Micro,
}

/// How often a class occurs, is predicted, and is predicted right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassCount {
    /// How many samples have the class; scikit-learn's support.
    pub truth: u64,
    /// How many are predicted to have it.
    pub predicted: u64,
    /// How many are both: the true positives.
    pub right: u64,
}

impl ClassCount {
    /// The fraction of those predicted that are right; 0 if none is predicted.
    pub fn precision(&self) -> f64 {
        ratio(self.right, self.predicted)
    }

    /// The fraction of those of the class that are predicted; 0 if there is none.
    pub fn recall(&self) -> f64 {
        ratio(self.right, self.truth)
    }

    /// The harmonic mean of precision and recall; 0 if the class neither occurs nor is predicted.
    pub fn f1(&self) -> f64 {
        ratio(2 * self.right, self.truth + self.predicted)
    }

    /// Whether the class occurs at all, as the truth or as a prediction.
    pub(super) fn occurs(&self) -> bool {
        self.truth + self.predicted > 0
    }
}

/// scikit-learn's `zero_division=0`.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A [`ClassCount`] for every class: all that scores of classes need, in a memory that grows with the classes, not with
/// their square.
///
/// ```
/// use katachi::metric::{Average, ClassCount, ConfusionMatrix};
///
/// let matrix = ConfusionMatrix::from_labels(3, &[0, 0, 1, 2], &[0, 1, 1, 1])?;
/// let counts = matrix.class_counts();
/// assert_eq!(counts.of_class(1), ClassCount { truth: 1, predicted: 3, right: 1 });
/// assert_eq!(counts.average(Average::Macro, ClassCount::recall), 0.5);
/// assert_eq!(counts.accuracy(), 0.5);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassCounts {
    counts: Vec<ClassCount>,
}

impl ClassCounts {
    /// Of `classes` classes and no sample.
    pub(crate) fn new(classes: usize) -> Self {
        Self { counts: vec![ClassCount::default(); classes] }
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.counts.len()
    }

    /// The counts of one class.
    ///
    /// # Panics
    /// If there are not so many classes.
    pub fn of_class(&self, class: usize) -> ClassCount {
        self.counts[class]
    }

    /// The counts of every class, in their order.
    pub fn iter(&self) -> impl Iterator<Item = ClassCount> {
        self.counts.iter().copied()
    }

    /// The counts of all classes, added.
    pub fn total(&self) -> ClassCount {
        self.iter().fold(ClassCount::default(), |a, b| ClassCount {
            truth: a.truth + b.truth,
            predicted: a.predicted + b.predicted,
            right: a.right + b.right,
        })
    }

    /// The fraction of the samples that are predicted right; NaN if there is no sample.
    pub fn accuracy(&self) -> f64 {
        let total = self.total();
        total.right as f64 / total.truth as f64
    }

    /// A score such as [`ClassCount::recall`] of all classes; NaN if there is no sample.
    pub fn average(&self, average: Average, score: fn(&ClassCount) -> f64) -> f64 {
        let samples = self.total().truth;
        if samples == 0 {
            return f64::NAN;
        }
        match average {
            Average::Macro => {
                let occurring = || self.counts.iter().filter(|count| count.occurs());
                occurring().map(score).sum::<f64>() / occurring().count() as f64
            }
            Average::Weighted => {
                self.counts.iter().map(|count| score(count) * count.truth as f64).sum::<f64>() / samples as f64
            }
            Average::Micro => score(&self.total()),
        }
    }

    /// Makes room for so many classes, the first time.
    pub(super) fn prepare(&mut self, classes: usize) {
        self.counts.resize(classes, ClassCount::default());
    }

    /// Adds a row of class `truth`, and what was predicted for it; nothing if its outputs were no numbers.
    pub(crate) fn add(&mut self, truth: u32, predicted: Option<u32>) {
        self.counts[truth as usize].truth += 1;
        if let Some(predicted) = predicted {
            self.counts[predicted as usize].predicted += 1;
            self.counts[predicted as usize].right += u64::from(predicted == truth);
        }
    }

    /// Adds a batch, as a [`Metric`](super::Metric) gets it.
    pub(super) fn add_batch<F: HaveClasses, E: Ending, T: Element>(
        &mut self,
        width: usize,
        outputs: &[T],
        targets: &[F::Item<T>],
    ) {
        self.prepare(classes(width));
        for_each_row::<F, E, T>(width, outputs, targets, |truth, predicted| self.add(truth, predicted));
    }

    /// No sample again, in the memory that is there.
    pub(super) fn clear(&mut self) {
        self.counts.fill(ClassCount::default());
    }
}

/// How many classes rows of `width` outputs tell apart: a single one says yes or no.
pub(crate) fn classes(width: usize) -> usize {
    width.max(2)
}

/// Calls `each` with the class of every row and the predicted one: none where an output is NaN.
pub(crate) fn for_each_row<F: HaveClasses, E: Ending, T: Element>(
    width: usize,
    outputs: &[T],
    targets: &[F::Item<T>],
    mut each: impl FnMut(u32, Option<u32>),
) {
    let targets = targets.chunks_exact(if F::ONE_A_ROW { 1 } else { width });
    for (row, target) in outputs.chunks_exact(width).zip(targets) {
        let is_number = !row.iter().any(|output| output.is_nan());
        each(F::class::<T>(target), is_number.then(|| predicted::<E, T>(row)));
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
