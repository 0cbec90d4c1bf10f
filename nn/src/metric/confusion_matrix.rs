//! [`ConfusionMatrix`].

use std::fmt;

use super::classes::ClassCounts;
use super::classification_report::{ClassificationReport, check_names};
use crate::error::Error;
use crate::names::column_width;

/// How often each class was predicted for each class: scikit-learn's `confusion_matrix`, with a row for each true class and
/// a column for each predicted one.
///
/// [`Predict::confusion_matrix`](crate::Predict::confusion_matrix) makes that of a model on a dataset. From labels, and in
/// parts if there are many:
///
/// ```
/// use katachi::metric::ConfusionMatrix;
///
/// let mut matrix = ConfusionMatrix::from_labels(3, &[0, 0, 1], &[0, 2, 1])?;
/// matrix.add(&[2, 2, 2], &[2, 2, 1])?;
/// assert_eq!(matrix.counts(), [1, 0, 1, 0, 1, 0, 0, 1, 2]);
/// assert_eq!(matrix.count(2, 1), 1);
/// assert_eq!((matrix.recall(2), matrix.precision(1)), (2.0 / 3.0, 0.5));
/// assert_eq!(matrix.accuracy(), 4.0 / 6.0);
/// assert_eq!(
///     matrix.class_names(["cat", "dog", "newt"])?.to_string(),
///     "truth \\ predicted  cat  dog  newt\n\
///     \x20             cat    1    0     1\n\
///     \x20             dog    0    1     0\n\
///     \x20            newt    0    1     2",
/// );
/// # Ok::<(), katachi::error::Error>(())
/// ```
///
/// A sample one of whose outputs is NaN has no predicted class: it stands in no cell, but counts as missed in
/// [`accuracy`](Self::accuracy) and [`recall`](Self::recall). [`undecided`](Self::undecided) says how many they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    of_classes: ClassCounts,
    /// Rows are true classes.
    counts: Vec<u64>,
    names: Option<Vec<String>>,
}

impl ConfusionMatrix {
    /// Of the true and the predicted label of every sample.
    ///
    /// An error if there are not as many of the one as of the other, if a label is not less than `classes`, or if there are
    /// so many classes that their square does not fit into memory.
    pub fn from_labels(classes: usize, truth: &[u32], predicted: &[u32]) -> Result<Self, Error> {
        let fits = |cells| Vec::<u64>::new().try_reserve_exact(cells).is_ok();
        if !classes.checked_mul(classes).is_some_and(fits) {
            let must = "a number whose square fits into memory";
            return Err(Error::Option { option: "classes", value: classes.to_string(), must });
        }
        let mut matrix = Self::new(classes);
        matrix.add(truth, predicted)?;
        Ok(matrix)
    }

    /// Of a model's classes and no sample yet.
    pub(crate) fn new(classes: usize) -> Self {
        Self { of_classes: ClassCounts::new(classes), counts: vec![0; classes * classes], names: None }
    }

    /// Adds the true and the predicted label of further samples.
    ///
    /// An error, before any is added, if there are not as many of the one as of the other, or if there is no such class.
    pub fn add(&mut self, truth: &[u32], predicted: &[u32]) -> Result<(), Error> {
        if truth.len() != predicted.len() {
            let problem = format!("there are {} true labels, but {} predicted ones", truth.len(), predicted.len());
            return Err(Error::data("confusion matrix", problem, "pass as many of the one as of the other"));
        }
        for (labels, kind) in [(truth, "true"), (predicted, "predicted")] {
            if let Some(sample) = labels.iter().position(|&label| label as usize >= self.classes()) {
                let (label, classes) = (labels[sample], self.classes());
                let problem =
                    format!("the {kind} label of sample {sample} is {label}, but there are {classes} classes");
                let help = format!("count the classes from 0, or make it of {} classes", u64::from(label) + 1);
                return Err(Error::data("confusion matrix", problem, help));
            }
        }
        for (&truth, &predicted) in truth.iter().zip(predicted) {
            self.add_one(truth, Some(predicted));
        }
        Ok(())
    }

    /// Adds a sample of class `truth`; without a prediction if its outputs are no numbers.
    pub(crate) fn add_one(&mut self, truth: u32, predicted: Option<u32>) {
        self.of_classes.add(truth, predicted);
        if let Some(predicted) = predicted {
            let cell = truth as usize * self.classes() + predicted as usize;
            self.counts[cell] += 1;
        }
    }

    /// Gives the classes names, for what is displayed.
    ///
    /// An error if there are not as many names as classes.
    pub fn class_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        self.names = Some(check_names("confusion matrix", self.classes(), names)?);
        Ok(self)
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.of_classes.classes()
    }

    /// How many samples of class `truth` were predicted to be of class `predicted`.
    ///
    /// # Panics
    /// If there is no such class.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        self.counts[truth * self.classes()..][..self.classes()][predicted]
    }

    /// All counts: for the first true class those of each predicted class, then for the second, and so on.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// What is counted of every class.
    pub fn class_counts(&self) -> &ClassCounts {
        &self.of_classes
    }

    /// How many samples have no predicted class, because an output of theirs is NaN.
    pub fn undecided(&self) -> u64 {
        let total = self.of_classes.total();
        total.truth - total.predicted
    }

    /// The fraction of the samples that are predicted right; NaN if there is none.
    pub fn accuracy(&self) -> f64 {
        self.of_classes.accuracy()
    }

    /// The fraction of those predicted to be of this class that are; 0 if there is none.
    ///
    /// # Panics
    /// If there is no such class.
    pub fn precision(&self, class: usize) -> f64 {
        self.of_classes.of_class(class).precision()
    }

    /// The fraction of those of this class that are predicted to be; 0 if there is none.
    ///
    /// # Panics
    /// If there is no such class.
    pub fn recall(&self, class: usize) -> f64 {
        self.of_classes.of_class(class).recall()
    }

    /// Precision, recall and F1 of every class, with the names given here.
    pub fn report(&self) -> ClassificationReport {
        ClassificationReport::new(&self.of_classes, self.names.as_deref())
    }
}

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CORNER: &str = "truth \\ predicted";
        let names: Vec<String> = match &self.names {
            Some(names) => names.clone(),
            None => (0..self.classes()).map(|class| class.to_string()).collect(),
        };
        let length = |name: &String| column_width(name.chars().count());
        let first = names.iter().map(length).max().unwrap_or(0).max(CORNER.len());
        let rows = || self.counts.chunks_exact(self.classes().max(1));
        let widths: Vec<usize> = (0..self.classes())
            .map(|class| rows().map(|row| row[class].to_string().len()).max().unwrap_or(0).max(length(&names[class])))
            .collect();
        write!(f, "{CORNER:>first$}")?;
        for (name, width) in names.iter().zip(&widths) {
            write!(f, "  {name:>width$}")?;
        }
        for (name, row) in names.iter().zip(rows()) {
            write!(f, "\n{name:>first$}")?;
            for (count, width) in row.iter().zip(&widths) {
                write!(f, "  {count:>width$}")?;
            }
        }
        match self.undecided() {
            0 => Ok(()),
            undecided => write!(f, "\n{undecided} without a prediction, because an output is NaN"),
        }
    }
}
