//! Metrics of values: how far the outputs are from the targets.

use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::Metric;
use crate::ending::Ending;
use crate::loss::{AnyShape, AreValues, MeanAbsoluteError, MeanSquaredError, SampleLoss, SampleOutputs};

/// A sum, and of how many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mean {
    sum: f64,
    count: u64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    fn value(self) -> f64 {
        self.sum / self.count as f64
    }

    /// Adds a function of y - t for every output.
    fn add_each<F: AreValues, T: Element>(&mut self, outputs: &[T], targets: &[F::Item<T>], of: fn(f64) -> f64) {
        for (y, t) in outputs.iter().zip(F::values::<T>(targets)) {
            self.add(of(y.to_f64() - t.to_f64()));
        }
    }
}

impl<F: AreValues, E: Ending, T: Element> Metric<F, E, T> for MeanSquaredError {
    type Outputs = AnyShape;
    type Tally = Mean;

    fn name(&self) -> &'static str {
        "mean_squared_error"
    }

    fn add(&self, tally: &mut Mean, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        tally.add_each::<F, T>(outputs, targets, |error| error * error);
    }

    fn result(&self, tally: &Mean) -> f64 {
        tally.value()
    }
}

impl<F: AreValues, E: Ending, T: Element> Metric<F, E, T> for MeanAbsoluteError {
    type Outputs = AnyShape;
    type Tally = Mean;

    fn name(&self) -> &'static str {
        "mean_absolute_error"
    }

    fn add(&self, tally: &mut Mean, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        tally.add_each::<F, T>(outputs, targets, f64::abs);
    }

    fn result(&self, tally: &Mean) -> f64 {
        tally.value()
    }
}

/// √ of the mean of (y - t)² over samples and outputs, in the unit of the targets.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::metric::{Metric, RootMeanSquaredError};
/// use katachi::targets::TargetValues;
///
/// let mut tally = Default::default();
/// let (outputs, targets) = ([1.0_f32, 4.0], [1.0, 2.0]);
/// Metric::<TargetValues, LinearOutputs, f32>::add(&RootMeanSquaredError, &mut tally, 1, &outputs, &targets);
/// let error = Metric::<TargetValues, LinearOutputs, f32>::result(&RootMeanSquaredError, &tally);
/// assert_eq!(error, 2.0_f64.sqrt());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct RootMeanSquaredError;

impl<F: AreValues, E: Ending, T: Element> Metric<F, E, T> for RootMeanSquaredError {
    type Outputs = AnyShape;
    type Tally = Mean;

    fn name(&self) -> &'static str {
        "root_mean_squared_error"
    }

    fn add(&self, tally: &mut Mean, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        tally.add_each::<F, T>(outputs, targets, |error| error * error);
    }

    fn result(&self, tally: &Mean) -> f64 {
        tally.value().sqrt()
    }
}

/// The cosine of the angle between outputs and targets, y · t / (‖y‖ ‖t‖), its mean over the rows along the last axis: 1
/// where they point the same way, -1 where opposite ways.
///
/// It is 0 for a row of zeros. As in Keras a norm is at least 1e-7. (Keras' loss of this name is the negative.)
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::metric::{CosineSimilarity, Metric};
/// use katachi::targets::TargetValues;
///
/// let mut tally = Default::default();
/// let (outputs, targets) = ([2.0_f32, 0.0, 0.0, 3.0], [1.0, 0.0, 5.0, 0.0]); // 2 samples of shape [2]
/// Metric::<TargetValues, LinearOutputs, f32>::add(&CosineSimilarity, &mut tally, 2, &outputs, &targets);
/// assert_eq!(Metric::<TargetValues, LinearOutputs, f32>::result(&CosineSimilarity, &tally), 0.5);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CosineSimilarity;

impl<F: AreValues, E: Ending, T: Element> Metric<F, E, T> for CosineSimilarity {
    type Outputs = AnyShape;
    type Tally = Mean;

    fn name(&self) -> &'static str {
        "cosine_similarity"
    }

    fn add(&self, tally: &mut Mean, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        let dot = |a: &[T], b: &[T]| a.iter().zip(b).map(|(a, b)| a.to_f64() * b.to_f64()).sum::<f64>();
        for (y, t) in outputs.chunks_exact(width).zip(F::values::<T>(targets).chunks_exact(width)) {
            let (of_y, of_t) = (dot(y, y).sqrt(), dot(t, t).sqrt());
            tally.add(dot(y, t) / (at_least_epsilon(of_y) * at_least_epsilon(of_t)));
        }
    }

    fn result(&self, tally: &Mean) -> f64 {
        tally.value()
    }
}

/// Keras' least norm. NaN stays, which `f64::max` would hide.
fn at_least_epsilon(norm: f64) -> f64 {
    if norm < 1e-7 { 1e-7 } else { norm }
}

/// R², the coefficient of determination: 1 - Σ (y - t)² / Σ (t - t̄)² of every output, and the mean of those.
///
/// It is 1 for perfect outputs, 0 for the mean of the targets as the answer to all, and negative for worse. Outputs are
/// those along the last axis. As in scikit-learn's `r2_score`, an output whose targets are all equal has 1 if it is perfect
/// and 0 otherwise, and of fewer than two rows it is NaN.
///
/// ```
/// use katachi::ending::LinearOutputs;
/// use katachi::metric::{Metric, R2Score};
/// use katachi::targets::TargetValues;
///
/// let mut tally = Default::default();
/// let (outputs, targets) = ([2.5_f64, 0.0, 2.0, 8.0], [3.0, -0.5, 2.0, 7.0]);
/// Metric::<TargetValues, LinearOutputs, f64>::add(&R2Score, &mut tally, 1, &outputs, &targets);
/// let score = Metric::<TargetValues, LinearOutputs, f64>::result(&R2Score, &tally);
/// assert!((score - 0.948_608_137_044_967).abs() < 1e-14);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct R2Score;

/// Means and sums of squares of every output.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    columns: Vec<Column>,
    rows: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Column {
    /// The mean of the targets.
    mean: f64,
    /// Σ (t - t̄)², kept up by Welford's recurrence (1962), which loses no digits where the mean is large.
    spread: f64,
    /// Σ (y - t)².
    residual: f64,
}

impl<F: AreValues, E: Ending, T: Element> Metric<F, E, T> for R2Score {
    type Outputs = AnyShape;
    type Tally = Columns;

    fn name(&self) -> &'static str {
        "r2_score"
    }

    fn add(&self, tally: &mut Columns, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        tally.columns.resize(width, Column::default());
        for (y, t) in outputs.chunks_exact(width).zip(F::values::<T>(targets).chunks_exact(width)) {
            tally.rows += 1;
            for (column, (y, t)) in tally.columns.iter_mut().zip(y.iter().zip(t)) {
                let (y, t) = (y.to_f64(), t.to_f64());
                let from_mean = t - column.mean;
                column.mean += from_mean / tally.rows as f64;
                column.spread += from_mean * (t - column.mean);
                column.residual += (y - t) * (y - t);
            }
        }
    }

    fn result(&self, tally: &Columns) -> f64 {
        if tally.rows < 2 {
            return f64::NAN;
        }
        let scores = tally.columns.iter().map(|column| {
            if column.spread == 0.0 && !column.residual.is_nan() {
                f64::from(u8::from(column.residual == 0.0))
            } else {
                1.0 - column.residual / column.spread
            }
        });
        scores.sum::<f64>() / tally.columns.len() as f64
    }

    fn reset(&self, tally: &mut Columns) {
        tally.columns.fill(Column::default());
        tally.rows = 0;
    }
}

/// A loss of one sample is a metric too: its mean over the samples.
#[diagnostic::do_not_recommend] // Of what is no metric at all it says more that it is none.
impl<F: AreValues, E: Ending, T: Element, L: SampleLoss<Element = T>> Metric<F, E, T> for L {
    type Outputs = SampleOutputs<L>;
    type Tally = Mean;

    fn name(&self) -> &'static str {
        L::NAME
    }

    fn add(&self, tally: &mut Mean, _width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        let size = <L as SampleLoss>::Outputs::SIZE;
        for (y, t) in outputs.chunks_exact(size).zip(F::values::<T>(targets).chunks_exact(size)) {
            tally.add(L::value(y, t).to_f64());
        }
    }

    fn result(&self, tally: &Mean) -> f64 {
        tally.value()
    }
}
