//! [`CsvLogger`].

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::{Callback, Training};
use crate::error::Error;
use crate::model::Model;

/// Writes the values of each epoch as a line of a CSV file: Keras' `CSVLogger`.
///
/// The first line names the columns: `epoch`, from 0 as in Keras, and the values in the order of their names. Each line is
/// written at once, so that a program that is killed leaves all epochs before.
#[derive(Debug)]
pub struct CsvLogger {
    path: PathBuf,
    separator: u8,
    append: bool,
    writer: Option<csv::Writer<File>>,
    columns: Vec<String>,
}

impl CsvLogger {
    /// Writes to that file, which is replaced when the first epoch ends, unless [`append`](Self::append) says otherwise.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_owned();
        Self { path, separator: b',', append: false, writer: None, columns: Vec::new() }
    }

    /// What stands between the columns, an ASCII character; a comma unless said.
    pub fn separator(mut self, separator: u8) -> Self {
        self.separator = separator;
        self
    }

    /// Adds lines to the file, if it is there: for a training that is resumed. Its columns must be the same ones.
    pub fn append(mut self) -> Self {
        self.append = true;
        self
    }

    fn open(&mut self, options: &OpenOptions) -> Result<(), Error> {
        let file = options.open(&self.path).map_err(|source| self.write_error(&source))?;
        self.writer = Some(csv::WriterBuilder::new().delimiter(self.separator).from_writer(file));
        Ok(())
    }

    fn write_error(&self, source: &std::io::Error) -> Error {
        let problem = format!("this file cannot be written: {source}");
        Error::data(
            self.path.display().to_string(),
            problem,
            "pass one in a folder that is there, with room on its disk",
        )
    }

    fn record<I: AsRef<[u8]>>(&mut self, fields: impl IntoIterator<Item = I>) -> Result<(), Error> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let written = writer.write_record(fields).map_err(std::io::Error::from).and_then(|()| writer.flush());
        written.map_err(|source| self.write_error(&source))
    }

    /// The first line of the file as it is: none if there is no such file, or nothing in it.
    fn header(&self) -> Result<Option<String>, Error> {
        let Ok(file) = File::open(&self.path) else { return Ok(None) };
        let mut line = String::new();
        let read = BufReader::new(file).read_line(&mut line);
        read.map_err(|source| Error::Read { path: self.path.clone(), source })?;
        Ok(Some(line.trim_end().to_owned()).filter(|line| !line.is_empty()))
    }
}

impl<M: Model> Callback<M> for CsvLogger {
    fn on_train_begin(&mut self, _: &mut Training<'_, M>) -> Result<(), Error> {
        // The file is opened before anything is trained, so that a folder that is missing costs no epoch. What is in it
        // stays until there is something to replace it: a training that another callback refuses has no line.
        self.open(OpenOptions::new().create(true).append(self.append).write(true).truncate(false))?;
        self.columns.clear();
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let mut values = training.values();
        values.sort_by(|a, b| a.0.cmp(&b.0));
        if self.columns.is_empty() {
            self.columns = values.iter().map(|value| value.0.clone()).collect();
            let names = [vec!["epoch".to_owned()], self.columns.clone()].concat();
            let line = names.join(&char::from(self.separator).to_string());
            let header = if self.append { self.header()? } else { None };
            match header {
                None => {
                    if !self.append {
                        self.open(OpenOptions::new().write(true).create(true).truncate(true))?;
                    }
                    self.record(&names)?;
                }
                Some(header) if header == line => {}
                Some(header) => {
                    return Err(Error::data(
                        self.path.display().to_string(),
                        format!("its columns are `{header}`, but those of this training are `{line}`"),
                        "append to another file, or leave `append()` out to replace this one",
                    ));
                }
            }
        }
        let numbers = self.columns.iter().map(|column| {
            let value = values.iter().find(|value| value.0 == *column);
            value.map_or_else(String::new, |value| value.1.to_string())
        });
        let line: Vec<String> = [training.epoch().to_string()].into_iter().chain(numbers).collect();
        self.record(&line)
    }

    fn on_train_end(&mut self, _: &mut Training<'_, M>) -> Result<(), Error> {
        if let Some(writer) = &mut self.writer {
            let flushed = writer.flush();
            flushed.map_err(|source| self.write_error(&source))?;
        }
        self.writer = None;
        Ok(())
    }
}
