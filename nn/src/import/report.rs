//! [`ImportReport`]: what went where.

use std::fmt;

use super::arrays::{Ours, Theirs};
use super::matching::Pair;
use crate::names::column_width;

/// Which array of a file went into which of the model, and which of either side found none.
///
/// Displayed it is a table: name and shape in the file, name and shape in the model, and how they found each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    arrays: Vec<ImportedArray>,
    unmatched_arrays: Vec<(String, Vec<usize>)>,
    unmatched_parameters: Vec<(String, Vec<usize>)>,
}

/// A line of an [`ImportReport`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedArray {
    /// The name in the file.
    pub name: String,
    /// The shape in the file.
    pub shape: Vec<usize>,
    /// The name in the model: `hidden1.weight`.
    pub parameter: String,
    /// The shape in the model.
    pub parameter_shape: Vec<usize>,
    /// Whether it was transposed.
    pub is_transposed: bool,
    /// `by map`, `by name`, `by shape` or `by order`.
    pub how: &'static str,
}

impl ImportReport {
    pub(super) fn new(theirs: &[Theirs], ours: &[Ours], pairs: &[Pair]) -> Self {
        let arrays = pairs.iter().map(|pair| {
            let (array, parameter) = (&theirs[pair.theirs], &ours[pair.ours]);
            ImportedArray {
                name: array.name.clone(),
                shape: array.shape.clone(),
                parameter: parameter.name.clone(),
                parameter_shape: parameter.shape.to_vec(),
                is_transposed: pair.is_transposed,
                how: pair.how,
            }
        });
        let theirs = theirs.iter().enumerate().filter(|(index, _)| pairs.iter().all(|pair| pair.theirs != *index));
        let ours = ours.iter().enumerate().filter(|(index, _)| pairs.iter().all(|pair| pair.ours != *index));
        Self {
            arrays: arrays.collect(),
            unmatched_arrays: theirs.map(|(_, array)| (array.name.clone(), array.shape.clone())).collect(),
            unmatched_parameters: ours.map(|(_, array)| (array.name.clone(), array.shape.to_vec())).collect(),
        }
    }

    /// What went where, in the order of the model.
    pub fn arrays(&self) -> &[ImportedArray] {
        &self.arrays
    }

    /// The arrays of the file that went nowhere.
    pub fn unmatched_arrays(&self) -> impl Iterator<Item = &str> {
        self.unmatched_arrays.iter().map(|(name, _)| name.as_str())
    }

    /// The parameters of the model that are as they were.
    pub fn unmatched_parameters(&self) -> impl Iterator<Item = &str> {
        self.unmatched_parameters.iter().map(|(name, _)| name.as_str())
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = |shape: &[usize]| format!("{shape:?}");
        let mut rows = vec![["file", "shape", "model", "shape", ""].map(str::to_owned)];
        for array in &self.arrays {
            let how = format!("{}{}", array.how, if array.is_transposed { ", transposed" } else { "" });
            let (theirs, ours) = (shape(&array.shape), shape(&array.parameter_shape));
            rows.push([array.name.clone(), theirs, array.parameter.clone(), ours, how]);
        }
        for (name, sizes) in &self.unmatched_parameters {
            rows.push(["–".into(), String::new(), name.clone(), shape(sizes), "as it was".into()]);
        }
        for (name, sizes) in &self.unmatched_arrays {
            rows.push([name.clone(), shape(sizes), "–".into(), String::new(), "left out".into()]);
        }
        let longest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let width = |column| column_width(longest(column));
        let widths = [width(0), width(1), width(2), width(3)];
        for (index, row) in rows.iter().enumerate() {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}  "));
            let line = cells.collect::<String>() + &row[4];
            let end = if index + 1 == rows.len() { "" } else { "\n" };
            write!(f, "{}{end}", line.trim_end())?;
        }
        Ok(())
    }
}
