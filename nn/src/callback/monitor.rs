//! [`Monitor`]: a value that a callback watches, and whether it has become better.

use super::Training;
use crate::error::Error;
use crate::model::Model;

/// Whether a smaller or a larger value is the better one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The name tells: larger for accuracies, precision, recall, areas under curves, scores and correlations, else smaller.
    #[default]
    Auto,
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

impl Mode {
    /// The sign that makes larger the better one.
    fn sign(self, name: &str) -> f64 {
        const LARGER: [&str; 11] =
            ["acc", "auc", "precision", "recall", "f1", "score", "kappa", "correlation", "similarity", "iou", "roc"];
        // A loss is small whatever else its name says.
        let is_larger_by_name = !name.ends_with("loss") && LARGER.iter().any(|word| name.contains(word));
        if self == Self::Max || (self == Self::Auto && is_larger_by_name) { 1.0 } else { -1.0 }
    }
}

/// A value that a callback watches.
#[derive(Clone, Debug)]
pub(super) struct Monitor {
    pub name: String,
    pub mode: Mode,
    /// How much better a value must be to count.
    pub min_delta: f64,
    /// The best value so far; NaN before the first.
    pub best: f64,
}

impl Monitor {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), mode: Mode::Auto, min_delta: 0.0, best: f64::NAN }
    }

    /// Whether the value will be there, and the options make sense.
    pub fn check<M: Model>(&self, user: &str, training: &Training<'_, M>) -> Result<(), Error> {
        let must = "a finite number of at least 0";
        if !(self.min_delta.is_finite() && self.min_delta >= 0.0) {
            return Err(Error::Option { option: "min_delta", value: self.min_delta.to_string(), must });
        }
        training.require(user, &self.name)
    }

    /// The value of this epoch. NaN where a callback that announced it has not logged it: never better than any.
    pub fn value<M: Model>(&self, training: &Training<'_, M>) -> f64 {
        training.value(&self.name).unwrap_or(f64::NAN)
    }

    /// Whether `value` is better than `than` by more than `min_delta`; anything is better than NaN but NaN.
    pub fn is_better(&self, value: f64, than: f64) -> bool {
        let sign = self.mode.sign(&self.name);
        if than.is_nan() { !value.is_nan() } else { sign * (value - sign * self.min_delta) > sign * than }
    }

    /// Whether `value` is the best so far, which it then is.
    pub fn improves(&mut self, value: f64) -> bool {
        let improves = self.is_better(value, self.best);
        if improves {
            self.best = value;
        }
        improves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_what_is_better() {
        for name in ["accuracy", "val_accuracy", "auc", "val_f1_score", "r2_score", "cohen_kappa", "recall_1"] {
            assert_eq!(Mode::Auto.sign(name), 1.0, "{name}");
        }
        for name in ["loss", "val_loss", "mean_squared_error", "accuracy_loss"] {
            assert_eq!(Mode::Auto.sign(name), -1.0, "{name}");
        }
        assert_eq!((Mode::Max.sign("loss"), Mode::Min.sign("accuracy")), (1.0, -1.0));
    }

    #[test]
    fn an_improvement_is_more_than_the_least() {
        let mut monitor = Monitor { min_delta: 0.5, ..Monitor::new("val_loss") };
        let improved = [3.0, 2.6, 2.5, 2.4, f64::NAN, 1.0].map(|value| monitor.improves(value));
        assert_eq!(improved, [true, false, false, true, false, true]);
        let mut monitor = Monitor::new("accuracy");
        assert_eq!([f64::NAN, 0.5, 0.5, 0.6].map(|value| monitor.improves(value)), [false, true, false, true]);
    }
}
