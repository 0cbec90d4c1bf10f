//! [`History`]: what a training reports of every epoch; [`Evaluation`]: what a dataset says of a model.

use std::fmt;

use crate::names::column_width;

/// The loss and metrics of every epoch, under Keras' names: `loss`, `accuracy`, `val_loss`, `val_accuracy`.
///
/// Displayed it is a table, an epoch a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    columns: Vec<(String, Vec<f64>)>,
}

impl History {
    /// The values of `name`, an epoch each; none if nothing of that name was computed.
    ///
    /// The loss and metrics of training are means over the epoch, while the model was changing; those of validation are
    /// the model's at the end of the epoch. Losses contain the penalties of regularised parameters.
    pub fn get(&self, name: &str) -> Option<&[f64]> {
        self.columns.iter().find(|column| column.0 == name).map(|column| column.1.as_slice())
    }

    /// The value of `name` after the last epoch.
    pub fn last(&self, name: &str) -> Option<f64> {
        self.get(name)?.last().copied()
    }

    /// The names of all that was computed.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.0.as_str())
    }

    /// The number of epochs.
    pub fn epochs(&self) -> usize {
        self.columns.first().map_or(0, |column| column.1.len())
    }

    /// The names of all that was computed, with its values.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, &[f64])> {
        self.columns.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// The history of a file: each name with its values, all equally many.
    pub(crate) fn from_columns(columns: Vec<(String, Vec<f64>)>) -> Self {
        Self { columns }
    }

    /// Adds an epoch. What it lacks of earlier names, or they of its own, is NaN.
    pub(crate) fn push(&mut self, values: &[(String, f64)]) {
        let epochs = self.epochs();
        for (name, value) in values {
            match self.columns.iter_mut().find(|column| column.0 == *name) {
                Some((_, column)) => column.push(*value),
                None => self.columns.push((name.clone(), [vec![f64::NAN; epochs], vec![*value]].concat())),
            }
        }
        for (_, column) in &mut self.columns {
            column.resize(epochs + 1, f64::NAN);
        }
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "epoch")?;
        for name in self.names() {
            write!(f, "  {name:>8}")?;
        }
        for epoch in 0..self.epochs() {
            write!(f, "\n{:>5}", epoch + 1)?;
            for (name, values) in &self.columns {
                let width = column_width(name.chars().count()).max(8);
                write!(f, "  {:>width$}", significant(values[epoch]))?;
            }
        }
        Ok(())
    }
}

/// The loss and the metrics of a model on a dataset.
///
/// Displayed it is Keras' line: `accuracy: 0.9790 - loss: 0.0712`.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    pub(crate) values: Vec<(String, f64)>,
}

impl Evaluation {
    /// The loss, with the penalties of regularised parameters.
    pub fn loss(&self) -> f64 {
        self.get("loss").unwrap_or(f64::NAN)
    }

    /// The loss or metric of that name; none if it was not computed.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.values.iter().find(|value| value.0 == name).map(|value| value.1)
    }

    /// The names and values of all.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.values.iter().map(|value| (value.0.as_str(), value.1))
    }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { " - " };
            write!(f, "{separator}{name}: {}", significant(value))?;
        }
        Ok(())
    }
}

/// As Keras shows a loss or metric: four decimals, and scientific where they would show nothing.
pub(crate) fn significant(value: f64) -> String {
    if value == 0.0 || value.abs() > 1e-3 { format!("{value:.4}") } else { format!("{value:.4e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_read_by_name_and_shown_as_a_table() {
        let mut history = History::default();
        assert_eq!((history.epochs(), history.get("loss"), history.last("loss")), (0, None, None));
        for (loss, accuracy) in [(0.5, 0.75), (0.000_125, 0.875)] {
            history.push(&[("loss".into(), loss), ("val_accuracy".into(), accuracy)]);
        }
        assert_eq!(history.get("val_accuracy"), Some(&[0.75, 0.875][..]));
        assert_eq!(history.last("loss"), Some(0.000_125));
        assert_eq!(history.get("accuracy"), None);
        assert_eq!(
            history.to_string(),
            "epoch      loss  val_accuracy\n    1    0.5000        0.7500\n    2  1.2500e-4        0.8750",
        );
    }

    /// Names come from a checkpoint too.
    #[test]
    fn a_name_without_end_does_not_widen_the_rest() {
        let name = "ä".repeat(70_000);
        let history = History::from_columns(vec![(name.clone(), vec![1.0, 2.0]), ("größe".into(), vec![0.5, 0.25])]);
        let table = history.to_string();
        let (heads, rows) = table.split_once('\n').unwrap();
        assert_eq!(heads, format!("epoch  {name}     größe"));
        assert_eq!(rows.lines().next().unwrap(), format!("    1  {:>200}    0.5000", "1.0000"));
        assert!(history.sparkline().lines().nth(1).unwrap().starts_with(&format!("{:200}  ", "größe")));
    }

    #[test]
    fn an_evaluation_is_shown_as_in_keras() {
        let evaluation = Evaluation { values: vec![("accuracy".into(), 0.979), ("loss".into(), 0.071_23)] };
        assert_eq!(evaluation.to_string(), "accuracy: 0.9790 - loss: 0.0712");
        assert_eq!(evaluation.loss(), 0.071_23);
        assert_eq!(evaluation.get("precision"), None);
    }
}
