//! Event files for [TensorBoard](https://www.tensorflow.org/tensorboard): [`EventWriter`].
//!
//! A folder is a run. As Keras does, write what is measured in training to `logs/train` and what is measured on other
//! data to `logs/validation`, under the same tags, and `tensorboard --logdir logs` draws both into one chart:
//!
//! ```
//! use katachi::tensorboard::EventWriter;
//!
//! # let logs = std::env::temp_dir().join(format!("katachi-logs-{}", std::process::id()));
//! # let path = |run: &str| logs.join(run);
//! # #[cfg(any())]
//! let path = |run: &str| std::path::Path::new("logs").join(run);
//! let mut train = EventWriter::create(path("train"))?;
//! let mut validation = EventWriter::create(path("validation"))?;
//! for epoch in 0..10 {
//!     let loss = 1.0 / (epoch + 1) as f64;
//!     train.scalar("epoch_loss", epoch, loss)?;
//!     validation.scalar("epoch_loss", epoch, loss + 0.1)?;
//!     train.flush()?; // for those who look while it runs
//! }
//! # drop((train, validation));
//! # let _ = std::fs::remove_dir_all(logs);
//! # Ok::<(), katachi::error::Error>(())
//! ```
//!
//! The files are those of TensorFlow 2: records with checksums, each an `Event` with a tensor and the name of the
//! plugin that shows it. What is written agrees with `tf.summary` to the byte, but for the writer's name in the first
//! record.

mod events;
mod histogram;
mod markdown;
mod record;

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use katachi_core::element::Element;
use prost::Message as _;

use crate::error::Error;
use events::{Event, Tensor};

pub use markdown::model_to_markdown;

/// Writes one event file of `TensorBoard`.
///
/// What is written appears when the writer's buffer is full, at [`flush`](Self::flush), and when it is dropped. A value
/// is for a tag, the name of its chart, and a step, its place on the axis: the epoch or the number of the step. Tags
/// with a slash are grouped: `hidden1/weight`.
pub struct EventWriter {
    path: PathBuf,
    file: BufWriter<File>,
    clock: Box<dyn FnMut() -> SystemTime + Send>,
    /// The bytes of one event, kept for its memory.
    event: Vec<u8>,
}

/// The number in the name of the next file of this process.
static FILES: AtomicU64 = AtomicU64::new(0);

impl EventWriter {
    /// A new event file in `folder`, which is made if need be. Files that are there are left alone: `TensorBoard` reads
    /// all of a folder as one run, so a training that goes on can write to the same folder.
    ///
    /// An error, which names the file or the folder, if it cannot be written.
    pub fn create(folder: impl AsRef<Path>) -> Result<Self, Error> {
        Self::with_clock(folder, SystemTime::now)
    }

    /// A new event file as that of [`create`](Self::create), its events at the times that `clock` tells: those of a
    /// training that is told of later, or the same in every run.
    pub fn with_clock(
        folder: impl AsRef<Path>,
        mut clock: impl FnMut() -> SystemTime + Send + 'static,
    ) -> Result<Self, Error> {
        let folder = folder.as_ref();
        fs::create_dir_all(folder).map_err(|error| {
            let problem = format!("this folder cannot be made: {error}");
            Error::data(folder.display().to_string(), problem, "pass a folder that can be written to")
        })?;
        let now = clock();
        let (path, file) = new_file(folder, now)?;
        let clock = Box::new(clock);
        let mut writer = Self { path, file: BufWriter::new(file), clock, event: Vec::new() };
        writer.event(&Event::first(seconds(now)))?;
        writer.flush()?;
        Ok(writer)
    }

    /// The file that is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a number, which `TensorBoard` draws as a point of a curve; `tf.summary.scalar`. It is kept as f32, as
    /// there.
    #[expect(clippy::cast_possible_truncation, reason = "the format of a scalar")]
    pub fn scalar(&mut self, tag: &str, step: u64, value: f64) -> Result<(), Error> {
        self.tensor("scalars", tag, step, Tensor::scalar(value as f32))
    }

    /// Writes how often values are in each of 30 ranges of equal width, from the least value to the greatest;
    /// `tf.summary.histogram`.
    ///
    /// Each range has its left edge but not its right one, the last range has both. If all values are equal, the last
    /// range counts them; if there are none, all edges are 0. Values that are infinite or NaN are in no range: they are
    /// left out, and if there are any, their number is written as the scalar `TAG/not_finite`.
    pub fn histogram<T: Element>(&mut self, tag: &str, step: u64, values: &[T]) -> Result<(), Error> {
        let (ranges, left_out) = histogram::ranges(values);
        self.tensor("histograms", tag, step, Tensor::histogram(&ranges))?;
        if left_out > 0 {
            self.scalar(&format!("{tag}/not_finite"), step, left_out as f64)?;
        }
        Ok(())
    }

    /// Writes a text in Markdown, tables included; `tf.summary.text`.
    ///
    /// [`model_to_markdown`] makes one of a model.
    pub fn text(&mut self, tag: &str, step: u64, markdown: &str) -> Result<(), Error> {
        self.tensor("text", tag, step, Tensor::text(markdown))
    }

    /// Gives what has been written so far to the system, so that `TensorBoard` sees it.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.file.flush().map_err(|error| self.failed(&error))
    }

    fn tensor(&mut self, plugin: &str, tag: &str, step: u64, tensor: Tensor) -> Result<(), Error> {
        let Ok(step) = i64::try_from(step) else {
            let value = step.to_string();
            return Err(Error::Option { option: "step", value, must: "at most 2^63 - 1, the greatest of the format" });
        };
        let now = seconds((self.clock)());
        self.event(&Event::of_tensor(now, step, tag, plugin, tensor))
    }

    fn event(&mut self, event: &Event) -> Result<(), Error> {
        self.event.clear();
        event.encode(&mut self.event).expect("a vector takes all bytes");
        record::write(&mut self.file, &self.event).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> Error {
        let problem = format!("this file cannot be written: {error}");
        Error::data(self.path.display().to_string(), problem, "look whether the disk is full or the folder is gone")
    }
}

impl fmt::Debug for EventWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A file that was not there before, named as TensorFlow names its own: `TensorBoard` reads what contains `tfevents`,
/// in the order of the names.
fn new_file(folder: &Path, now: SystemTime) -> Result<(PathBuf, File), Error> {
    let host = gethostname::gethostname().to_string_lossy().replace(['/', '\\', ':'], "_");
    let process = std::process::id();
    let time = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    loop {
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("events.out.tfevents.{time:010}.{host}.{process}.{number}.v2"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            // Another process of that number, on another machine of that name or before a restart.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                let problem = format!("this file cannot be made: {error}");
                return Err(Error::data(path.display().to_string(), problem, "pass a folder that can be written to"));
            }
        }
    }
}

/// Seconds since 1970, the time of an event.
fn seconds(time: SystemTime) -> f64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_an_error_that_names_the_file() {
        let path = PathBuf::from("/dev/full"); // It takes no byte.
        let file = BufWriter::new(OpenOptions::new().write(true).open(&path).unwrap());
        let clock = Box::new(|| UNIX_EPOCH);
        let mut writer = EventWriter { path, file, clock, event: Vec::new() };
        writer.scalar("loss", 1, 0.5).unwrap();
        let error = writer.flush().unwrap_err().to_string();
        assert!(error.starts_with("/dev/full: this file cannot be written: "), "{error}");
        assert!(error.ends_with("look whether the disk is full or the folder is gone"), "{error}");
    }
}
