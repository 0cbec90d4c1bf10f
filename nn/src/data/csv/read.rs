//! Reading rows: one pass over the file.

use std::io::Read;
use std::path::Path;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::columns::{Columns, Role, error};
use super::targets::{Classes, CsvTargets, Wrong, number, shown};
use super::{Csv, Missing};
use crate::data::dataset::Dataset;
use crate::data::file;
use crate::error::Error;

/// The rows of a table, of which the first line was read.
pub struct Rows<'a> {
    csv: &'a Csv,
    reader: Reader<Box<dyn Read + 'a>>,
    compressed: bool,
    name: &'a Path,
    place: String,
    names: Vec<String>,
    record: ByteRecord,
    /// The number of the row in `record`, from 1: lines do not count, for values may hold some, and others be empty.
    row: u64,
    /// Whether `record` is a row that was read to count the columns.
    is_read: bool,
}

impl<'a> Rows<'a> {
    pub fn new(csv: &'a Csv, source: Box<dyn Read + 'a>, compressed: bool, name: &'a Path) -> Result<Self, Error> {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true) // A row of another length is our own error.
            .delimiter(csv.delimiter)
            .buffer_capacity(1 << 16)
            .from_reader(source);
        let place = name.display().to_string();
        let (names, record) = (Vec::new(), ByteRecord::new());
        let mut rows = Self { csv, reader, compressed, name, place, names, record, row: 0, is_read: false };
        if !rows.next()? {
            return Err(Error::data(rows.place, "the file is empty", "pass a table with the names of its columns"));
        }
        if csv.has_header {
            rows.names =
                rows.record.iter().map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned()).collect();
        } else {
            rows.names = (0..rows.record.len()).map(|column| column.to_string()).collect();
            rows.is_read = true;
        }
        Ok(rows)
    }

    /// Reads all rows.
    pub fn read<X: Shape, Y: CsvTargets<T>, T: Element>(mut self) -> Result<(Dataset<X, Y, T>, Classes), Error> {
        if let Missing::Fill(value) = self.csv.missing
            && !T::from_f64(value).is_finite()
        {
            let value = value.to_string();
            return Err(Error::Option {
                option: "missing",
                value,
                must: "a finite number, as in `Missing::Fill(0.0)`",
            });
        }
        let mut classes = self.csv.classes.clone();
        classes.check(Y::CLASSES).map_err(|wrong| self.error(None, wrong))?;
        let names = std::mem::take(&mut self.names);
        let columns =
            Columns::new(self.csv, names, (X::SIZE, X::DIMS), Y::ITEMS).map_err(|wrong| error(&self.place, wrong))?;
        let mut table = Table::<Y, T> { inputs: Vec::new(), targets: Vec::new(), missing: Vec::new() };
        let mut dropped = 0;
        while std::mem::take(&mut self.is_read) || self.next()? {
            self.row += 1;
            let fields = self.record.len();
            if fields != columns.roles.len() {
                let place = format!("{}, row {}", self.place, self.row);
                let problem = format!("this row has {fields} values, and the first line has {}", columns.roles.len());
                return Err(Error::data(place, problem, "mend it; a value that holds a comma is written in quotes"));
            }
            if !self.row(&columns, &mut classes, &mut table, X::SIZE)? {
                dropped += 1;
            }
        }
        if table.targets.is_empty() {
            let (problem, help) = match (dropped, self.csv.has_header) {
                (0, _) => ("there is no row below the first line", "pass a table with at least one row".into()),
                _ => (
                    "a value is missing in every row",
                    format!("all {dropped} rows were left out; choose another `missing`"),
                ),
            };
            return Err(Error::data(self.place, problem, help));
        }
        if self.csv.missing == Missing::Mean {
            table.fill_with_means(X::SIZE).map_err(|slot| {
                let place = format!("{}, column `{}`", self.place, columns.name(Role::Feature(slot)));
                Error::data(place, "there is no value, so it has no mean", "leave the column out with `ignore`")
            })?;
        }
        Y::finish(&mut classes, &mut table.targets).map_err(|wrong| self.error(None, wrong))?;
        let data = Dataset::from_parts(&self.place, "targets", table.inputs, table.targets)?;
        Ok((data, classes))
    }

    /// Adds the row in `record`; tells whether it is not left out.
    fn row<Y: CsvTargets<T>, T: Element>(
        &self,
        columns: &Columns,
        classes: &mut Classes,
        table: &mut Table<Y, T>,
        size: usize,
    ) -> Result<bool, Error> {
        let (inputs, targets) = (table.inputs.len(), table.targets.len());
        table.inputs.resize(inputs + size, T::ZERO);
        table.targets.resize(targets + Y::ITEMS, Y::Item::default());
        for (column, (field, &role)) in self.record.iter().zip(&columns.roles).enumerate() {
            let result = match role {
                Role::Ignored => continue,
                Role::Feature(slot) => number(field).map(|number| table.inputs[inputs + slot] = number),
                Role::Target(slot) => Y::item(classes, field).map(|item| table.targets[targets + slot] = item),
            };
            let Err(wrong) = result else { continue };
            match (wrong, self.csv.missing, role) {
                (Wrong::Missing, Missing::DropRow, _) => {
                    table.inputs.truncate(inputs);
                    table.targets.truncate(targets);
                    return Ok(false);
                }
                (Wrong::Missing, Missing::Fill(value), Role::Feature(slot)) => {
                    table.inputs[inputs + slot] = T::from_f64(value);
                }
                (Wrong::Missing, Missing::Mean, Role::Feature(slot)) => table.missing.push(inputs + slot),
                (Wrong::Missing, Missing::Fill(_) | Missing::Mean, Role::Target(_)) => {
                    let help = "write one, or leave such rows out with `Missing::DropRow`";
                    let wrong = Wrong::Text("there is no value, and a target cannot be filled in".into(), help.into());
                    return Err(self.error(Some(&columns.names[column]), wrong));
                }
                (wrong, ..) => return Err(self.error(Some(&columns.names[column]), wrong)),
            }
        }
        Ok(true)
    }

    /// Reads the next row; tells whether there is one.
    fn next(&mut self) -> Result<bool, Error> {
        self.reader.read_byte_record(&mut self.record).map_err(|error| {
            let lines = self.reader.position().line().saturating_sub(1);
            let error = match error.into_kind() {
                ErrorKind::Io(error) => error,
                other => std::io::Error::other(format!("{other:?}")),
            };
            file::broken(self.name, self.compressed, error, &format!("{lines} lines read"))
        })
    }

    /// The error for a field of the row, or for all rows.
    fn error(&self, column: Option<&str>, wrong: Wrong) -> Error {
        let place = match column {
            Some(name) => format!("{}, row {}, column `{}`", self.place, self.row, shown(name.as_bytes())),
            None => self.place.clone(),
        };
        match wrong {
            Wrong::Missing => {
                Error::data(place, "there is no value", "write one, or say with `missing` what becomes of such a row")
            }
            Wrong::Text(problem, help) => Error::data(place, problem, help),
        }
    }
}

/// What was read so far.
struct Table<Y: CsvTargets<T>, T: Element> {
    inputs: Vec<T>,
    targets: Vec<Y::Item>,
    /// The indices of inputs that are to become means.
    missing: Vec<usize>,
}

impl<Y: CsvTargets<T>, T: Element> Table<Y, T> {
    /// Gives missing values the mean of their column; the number of a column without values is an error.
    fn fill_with_means(&mut self, size: usize) -> Result<(), usize> {
        let mut sums = vec![0.0; size];
        let mut counts = vec![self.inputs.len() / size; size];
        for row in self.inputs.chunks_exact(size) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value.to_f64()); // Missing ones are 0.
        }
        self.missing.iter().for_each(|index| counts[index % size] -= 1);
        if let Some(empty) = counts.iter().position(|&count| count == 0) {
            return Err(empty);
        }
        for &index in &self.missing {
            self.inputs[index] = T::from_f64(sums[index % size] / counts[index % size] as f64);
        }
        Ok(())
    }
}
