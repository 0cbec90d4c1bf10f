//! [`ClassificationReport`].

use std::fmt;

use super::classes::{Average, ClassCount, ClassCounts};
use super::confusion_matrix::ConfusionMatrix;
use crate::error::Error;
use crate::names::column_width;

/// Precision, recall and F1 of every class: scikit-learn's `classification_report`, and displayed the same to the letter.
///
/// [`Predict::classification_report`](crate::Predict::classification_report) makes that of a model on a dataset. As in
/// scikit-learn, classes that occur neither as the truth nor as a prediction are left out, and scores that would be 0 / 0
/// are 0.
///
/// ```
/// use katachi::metric::ClassificationReport;
///
/// let report = ClassificationReport::from_labels(3, &[0, 1, 2, 2, 2], &[0, 0, 2, 2, 1])?;
/// assert_eq!(report.class(2).unwrap().recall, 2.0 / 3.0);
/// assert_eq!(report.macro_average().precision, 0.5);
/// println!("{}", report.class_names(["class 0", "class 1", "class 2"])?);
/// # Ok::<(), katachi::error::Error>(())
/// ```
///
/// ```text
///               precision    recall  f1-score   support
///
///      class 0       0.50      1.00      0.67         1
///      class 1       0.00      0.00      0.00         1
///      class 2       1.00      0.67      0.80         3
///
///     accuracy                           0.60         5
///    macro avg       0.50      0.56      0.49         5
/// weighted avg       0.70      0.60      0.61         5
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationReport {
    /// The number of each class that occurs, and its row.
    rows: Vec<(usize, ReportRow)>,
    classes: usize,
    accuracy: f64,
    macro_average: ReportRow,
    weighted_average: ReportRow,
    digits: usize,
}

/// The scores of a class, or their average over all classes.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportRow {
    /// The name of the class, its number unless it was given one; or `macro avg`, `weighted avg`.
    pub name: String,
    /// The fraction of those predicted that are right.
    pub precision: f64,
    /// The fraction of those of the class that are predicted.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
    /// How many samples are of the class.
    pub support: u64,
}

impl ReportRow {
    fn write(&self, f: &mut fmt::Formatter<'_>, width: usize, digits: usize) -> fmt::Result {
        let Self { name, precision, recall, f1, support } = self;
        writeln!(f, "{name:>width$}  {precision:>9.digits$} {recall:>9.digits$} {f1:>9.digits$} {support:>9}")
    }
}

impl ClassificationReport {
    /// Of the true and the predicted label of every sample.
    ///
    /// The errors are those of [`ConfusionMatrix::from_labels`].
    pub fn from_labels(classes: usize, truth: &[u32], predicted: &[u32]) -> Result<Self, Error> {
        Ok(ConfusionMatrix::from_labels(classes, truth, predicted)?.report())
    }

    pub(crate) fn new(counts: &ClassCounts, names: Option<&[String]>) -> Self {
        let support = counts.total().truth;
        let rows = counts.iter().enumerate().filter(|(_, count)| count.occurs()).map(|(class, count)| {
            let name = names.map_or_else(|| class.to_string(), |names| names[class].clone());
            let (precision, recall, f1) = (count.precision(), count.recall(), count.f1());
            (class, ReportRow { name, precision, recall, f1, support: count.truth })
        });
        let average = |name: &str, average| ReportRow {
            name: name.into(),
            precision: counts.average(average, ClassCount::precision),
            recall: counts.average(average, ClassCount::recall),
            f1: counts.average(average, ClassCount::f1),
            support,
        };
        Self {
            rows: rows.collect(),
            classes: counts.classes(),
            accuracy: counts.accuracy(),
            macro_average: average("macro avg", Average::Macro),
            weighted_average: average("weighted avg", Average::Weighted),
            digits: 2,
        }
    }

    /// Gives the classes names, one for each, in their order; those of classes that do not occur are not shown.
    ///
    /// An error if there are not as many names as classes.
    pub fn class_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let names = check_names("classification report", self.classes, names)?;
        for (class, row) in &mut self.rows {
            row.name.clone_from(&names[*class]);
        }
        Ok(self)
    }

    /// How many digits are displayed after the point; 2 unless said.
    pub fn digits(self, digits: u8) -> Self {
        Self { digits: digits.into(), ..self }
    }

    /// The row of that class; none if it does not occur.
    pub fn class(&self, class: usize) -> Option<&ReportRow> {
        self.rows.iter().find(|row| row.0 == class).map(|row| &row.1)
    }

    /// The rows of the classes that occur, in their order.
    pub fn rows(&self) -> impl Iterator<Item = &ReportRow> {
        self.rows.iter().map(|row| &row.1)
    }

    /// The fraction of the samples that are predicted right.
    pub fn accuracy(&self) -> f64 {
        self.accuracy
    }

    /// The mean over the classes that occur.
    pub fn macro_average(&self) -> &ReportRow {
        &self.macro_average
    }

    /// The mean over the classes, each weighing as much as it has samples.
    pub fn weighted_average(&self) -> &ReportRow {
        &self.weighted_average
    }
}

impl fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits;
        let names = self.rows().map(|row| column_width(row.name.chars().count()));
        let width = names.max().unwrap_or(0).max("weighted avg".len()).max(digits);
        writeln!(f, "{:>width$}  {:>9} {:>9} {:>9} {:>9}\n", "", "precision", "recall", "f1-score", "support")?;
        for row in self.rows() {
            row.write(f, width, digits)?;
        }
        let (accuracy, support) = (self.accuracy, self.macro_average.support);
        writeln!(f, "\n{:>width$}  {:>9} {:>9} {accuracy:>9.digits$} {support:>9}", "accuracy", "", "")?;
        self.macro_average.write(f, width, digits)?;
        self.weighted_average.write(f, width, digits)
    }
}

/// The names, if there is one for each class.
pub(super) fn check_names<S: Into<String>>(
    place: &str,
    classes: usize,
    names: impl IntoIterator<Item = S>,
) -> Result<Vec<String>, Error> {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    if names.len() == classes {
        return Ok(names);
    }
    let problem = format!("there are {classes} classes, but {} names", names.len());
    Err(Error::data(place, problem, "pass a name for each class, in the order of their labels"))
}
