//! [`Auc`]: the area under a curve over all thresholds.

use std::cmp::Ordering;

use katachi_core::element::Element;

use super::Metric;
use super::threshold::{AreBinary, GivesProbabilities, is_yes};
use crate::ending::Ending;
use crate::error::Error;
use crate::loss::AnyShape;

/// The area under the curve that a threshold draws as it falls from the greatest output to the least.
///
/// [`roc`](Self::roc) draws the fraction of the targets yes that are found over that of the targets no that are taken for
/// yes: the probability that an output of yes is greater than one of no, equal ones counted half. It is 0.5 for chance, and
/// NaN where all targets are yes, or all no; scikit-learn's `roc_auc_score`.
/// [`precision_recall`](Self::precision_recall) draws precision over recall, of more use where yes is rare: the average
/// precision Σ (Rᵢ - Rᵢ₋₁) Pᵢ, scikit-learn's `average_precision_score`; 0 where no target is yes.
///
/// Both are exact, for outputs of any kind: only their order counts. For that they keep every output: 4 bytes each (8 in
/// f64), in memory that grows now and then in the first epoch, and sort them whenever the result is asked for. With
/// [`thresholds`](Self::thresholds) it is Keras' `AUC` instead, of a fixed number of thresholds from 0 to 1 and a fixed
/// memory.
///
/// Each output is a question of its own; the target is yes from 0.5 on. Where an output is NaN, so is the result.
///
/// ```
/// use katachi::ending::SigmoidOutputs;
/// use katachi::metric::{Auc, Metric};
/// use katachi::targets::TargetValues;
///
/// let (outputs, targets) = ([0.1_f32, 0.4, 0.35, 0.8], [0.0, 0.0, 1.0, 1.0]);
/// let (roc, mut scores) = (Auc::roc(), Default::default());
/// Metric::<TargetValues, SigmoidOutputs, f32>::add(&roc, &mut scores, 1, &outputs, &targets);
/// assert_eq!(Metric::<TargetValues, SigmoidOutputs, f32>::result(&roc, &scores), 0.75);
///
/// let (roc, mut bins) = (Auc::roc().thresholds(3), Default::default());
/// Metric::<TargetValues, SigmoidOutputs, f32>::add(&roc, &mut bins, 1, &[0.0, 0.5, 0.3, 0.9], &targets);
/// assert_eq!(Metric::<TargetValues, SigmoidOutputs, f32>::result(&roc, &bins), 0.75);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Auc<K = Exact> {
    curve: Curve,
    kind: K,
}

/// Of an [`Auc`]: from all outputs.
#[derive(Clone, Copy, Debug)]
pub struct Exact;

/// Of an [`Auc`]: from so many thresholds.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds(usize);

#[derive(Clone, Copy, Debug)]
enum Curve {
    Roc,
    PrecisionRecall,
}

impl Auc {
    /// Under the receiver operating characteristic.
    pub fn roc() -> Self {
        Self { curve: Curve::Roc, kind: Exact }
    }

    /// Under the curve of precision over recall: the average precision.
    pub fn precision_recall() -> Self {
        Self { curve: Curve::PrecisionRecall, kind: Exact }
    }

    /// From so many thresholds, evenly spaced from 0 to 1, as Keras' `AUC(num_thresholds=…)`, whose default is 200.
    ///
    /// Only the counts between neighbours are kept. The curve of ROC is joined by straight lines, and that of precision and
    /// recall as Davis and Goadrich do (2006), which is Keras' `summation_method="interpolation"`. Outputs of `sigmoid` are
    /// compared with the thresholds as they are, logits are turned into probabilities first. An error if there are not 2
    /// to 1 000 000 thresholds.
    pub fn thresholds(self, thresholds: usize) -> Auc<Thresholds> {
        Auc { curve: self.curve, kind: Thresholds(thresholds) }
    }
}

/// Outputs whose targets are yes and no.
#[derive(Clone, Debug)]
pub struct Scores<T> {
    yes: Vec<T>,
    no: Vec<T>,
    is_nan: bool,
}

impl<T> Default for Scores<T> {
    fn default() -> Self {
        Self { yes: Vec::new(), no: Vec::new(), is_nan: false }
    }
}

impl<T: Element> Scores<T> {
    /// Calls `each` with the counts of yes and no of every different output, from the greatest on.
    fn descending(&self, mut each: impl FnMut(usize, usize)) {
        let sorted = |values: &[T]| {
            let mut values = values.to_vec();
            values.sort_unstable_by(|a, b| b.partial_cmp(a).unwrap_or(Ordering::Equal)); // None is NaN.
            values
        };
        let (yes, no) = (sorted(&self.yes), sorted(&self.no));
        let (mut yes, mut no) = (&yes[..], &no[..]);
        while let Some(&greatest) = match (yes.first(), no.first()) {
            (Some(a), Some(b)) => Some(if a > b { a } else { b }),
            (a, b) => a.or(b),
        } {
            let take = |values: &mut &[T]| {
                let count = values.iter().take_while(|&&value| value >= greatest).count();
                *values = &values[count..];
                count
            };
            each(take(&mut yes), take(&mut no));
        }
    }
}

impl<F: AreBinary, E: Ending, T: Element> Metric<F, E, T> for Auc {
    type Outputs = AnyShape;
    type Tally = Scores<T>;

    fn name(&self) -> &'static str {
        "auc"
    }

    fn add(&self, tally: &mut Scores<T>, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        for (&output, &target) in outputs.iter().zip(F::values::<T>(targets)) {
            if output.is_nan() {
                tally.is_nan = true;
            } else if is_yes(target) {
                tally.yes.push(output);
            } else {
                tally.no.push(output);
            }
        }
    }

    fn result(&self, tally: &Scores<T>) -> f64 {
        let (all_yes, all_no) = (tally.yes.len(), tally.no.len());
        if tally.is_nan {
            return f64::NAN;
        }
        match self.curve {
            Curve::Roc => {
                let (mut yes_above, mut twice_the_pairs) = (0, 0);
                tally.descending(|yes, no| {
                    twice_the_pairs += (2 * yes_above + yes) as u128 * no as u128;
                    yes_above += yes;
                });
                twice_the_pairs as f64 / (2 * all_yes as u128 * all_no as u128) as f64 // NaN without a pair.
            }
            Curve::PrecisionRecall if all_yes == 0 => 0.0,
            Curve::PrecisionRecall => {
                let (mut found, mut taken, mut sum) = (0, 0, 0.0);
                tally.descending(|yes, no| {
                    found += yes;
                    taken += yes + no;
                    sum += yes as f64 * (found as f64 / taken as f64);
                });
                sum / all_yes as f64
            }
        }
    }

    fn reset(&self, tally: &mut Scores<T>) {
        tally.yes.clear();
        tally.no.clear();
        tally.is_nan = false;
    }
}

/// How many outputs, whose targets are yes and no, lie between neighbouring thresholds.
#[derive(Clone, Debug, Default)]
pub struct Bins {
    bins: Vec<[u64; 2]>,
    is_nan: bool,
}

impl<F: AreBinary, E: GivesProbabilities, T: Element> Metric<F, E, T> for Auc<Thresholds> {
    type Outputs = AnyShape;
    type Tally = Bins;

    fn name(&self) -> &'static str {
        "auc"
    }

    fn validate(&self, _width: usize) -> Result<(), Error> {
        let Thresholds(count) = self.kind;
        if (2..=1_000_000).contains(&count) {
            return Ok(());
        }
        Err(Error::Option { option: "thresholds", value: count.to_string(), must: "from 2 to 1000000" })
    }

    fn add(&self, tally: &mut Bins, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        let Thresholds(count) = self.kind;
        tally.bins.resize(count - 1, [0; 2]);
        let last = (count - 2) as f64;
        let scale = T::from_f64((count - 1) as f64);
        for (&output, &target) in outputs.iter().zip(F::values::<T>(targets)) {
            // An output equal to a threshold is not above it. The first threshold is just below 0, the last above 1.
            let bin = ((E::probability(output) * scale).to_f64().ceil() - 1.0).clamp(0.0, last);
            if bin.is_nan() {
                tally.is_nan = true;
            } else {
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a whole number from 0 to the last bin"
                )]
                let bin = bin as usize;
                tally.bins[bin][usize::from(!is_yes(target))] += 1;
            }
        }
    }

    fn result(&self, tally: &Bins) -> f64 {
        let all = tally.bins.iter().fold([0; 2], |sum, bin| [sum[0] + bin[0], sum[1] + bin[1]]);
        if tally.is_nan {
            return f64::NAN;
        }
        // Yes and no above the threshold, as it falls.
        let mut above = [0, 0];
        let mut area = 0.0;
        for &[yes, no] in tally.bins.iter().rev() {
            let taken_before = above[0] + above[1];
            above = [above[0] + yes, above[1] + no];
            let taken = above[0] + above[1];
            area += match self.curve {
                Curve::Roc => (2 * above[0] - yes) as f64 / 2.0 * no as f64,
                Curve::PrecisionRecall if yes == 0 => 0.0,
                Curve::PrecisionRecall => {
                    let slope = yes as f64 / (yes + no) as f64;
                    let intercept = (above[0] - yes) as f64 - slope * taken_before as f64;
                    let logarithm = if taken_before == 0 { 0.0 } else { (taken as f64 / taken_before as f64).ln() };
                    slope * (yes as f64 + intercept * logarithm)
                }
            };
        }
        match self.curve {
            Curve::Roc => area / (all[0] as f64 * all[1] as f64),
            Curve::PrecisionRecall if all[0] == 0 => 0.0,
            Curve::PrecisionRecall => area / all[0] as f64,
        }
    }

    fn reset(&self, tally: &mut Bins) {
        tally.bins.fill([0; 2]);
        tally.is_nan = false;
    }
}
