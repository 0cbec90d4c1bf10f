//! [`TensorBoard`].

use std::path::{Path, PathBuf};

use super::{Callback, Training};
use crate::error::Error;
use crate::model::{Model, ParameterInfo};
use crate::tensorboard::{EventWriter, model_to_markdown};

/// Writes what [TensorBoard](crate::tensorboard) shows: Keras' callback of that name.
///
/// The folder gets two runs, `train` and `validation`. After every epoch each has its loss and metrics as `epoch_loss`,
/// `epoch_accuracy` and so on, and `train` the learning rate as `epoch_learning_rate`; the layers and parameters of the model
/// are a table there, as a text under `keras`. A training that goes on writes another file into the same folder, which
/// TensorBoard shows as one run.
///
/// ```
/// use katachi::callback::TensorBoard;
/// use katachi::prelude::*;
///
/// model! {
///     struct Classifier { logits: Dense(64 => 10) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// # let logs = std::env::temp_dir().join(format!("katachi-callback-{}", std::process::id()));
/// Trainer::new(Adam::new(0.01), SparseCategoricalCrossentropy::from_logits())
///     .metric(Accuracy)
///     .epochs(2)
///     .validation_split(0.2)
///     .callback(TensorBoard::new(&logs).histogram_freq(1)) // then `tensorboard --logdir logs`
///     .verbose(Verbosity::Silent)
///     .fit(&mut Classifier::init(22), &data::digits())?;
/// assert!(logs.join("train").is_dir() && logs.join("validation").is_dir());
/// # let _ = std::fs::remove_dir_all(logs);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TensorBoard {
    folder: PathBuf,
    histogram_freq: usize,
    update_freq: usize,
    train: Option<EventWriter>,
    validation: Option<EventWriter>,
}

impl TensorBoard {
    /// Writes to that folder, which is made if need be.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), histogram_freq: 0, update_freq: 0, train: None, validation: None }
    }

    /// Every so many epochs, writes a histogram of each parameter, `hidden1.weight/histogram`, and of its gradient in the
    /// last step, `hidden1.weight/gradient`. 0, no histograms, unless said.
    pub fn histogram_freq(mut self, epochs: usize) -> Self {
        self.histogram_freq = epochs;
        self
    }

    /// Every so many steps, writes the loss and metrics of the epoch so far as `batch_loss` and so on. 0, at the ends of
    /// epochs only, unless said.
    pub fn update_freq(mut self, steps: usize) -> Self {
        self.update_freq = steps;
        self
    }
}

/// The writer, which is made when something is first to be written.
fn writer<'a>(writer: &'a mut Option<EventWriter>, folder: &Path, run: &str) -> Result<&'a mut EventWriter, Error> {
    match writer {
        Some(writer) => Ok(writer),
        None => Ok(writer.insert(EventWriter::create(folder.join(run))?)),
    }
}

impl<M: Model> Callback<M> for TensorBoard {
    fn on_train_begin(&mut self, _: &mut Training<'_, M>) -> Result<(), Error> {
        (self.train, self.validation) = (None, None);
        let train = writer(&mut self.train, &self.folder, "train")?;
        train.text("keras", 0, &model_to_markdown::<M>())?;
        train.flush()
    }

    fn on_batch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let step = training.total_steps();
        if self.update_freq > 0 && step.is_multiple_of(self.update_freq as u64) {
            let train = writer(&mut self.train, &self.folder, "train")?;
            for (name, value) in training.values() {
                train.scalar(&format!("batch_{name}"), step, value)?;
            }
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let epoch = training.epoch() as u64;
        for (name, value) in training.values() {
            let (run, name) = match name.strip_prefix("val_") {
                Some(name) => (writer(&mut self.validation, &self.folder, "validation")?, name),
                None => (writer(&mut self.train, &self.folder, "train")?, name.as_str()),
            };
            if name != "learning_rate" {
                run.scalar(&format!("epoch_{name}"), epoch, value)?;
            }
        }
        let train = writer(&mut self.train, &self.folder, "train")?;
        train.scalar("epoch_learning_rate", epoch, training.learning_rate())?;
        if self.histogram_freq > 0 && (training.epoch() + 1).is_multiple_of(self.histogram_freq) {
            let mut result = Ok(());
            ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
                let range = offset..offset + parameter.len();
                let (values, gradient) = (training.model.as_slice(), training.gradient().as_slice());
                for (values, kind) in [(values, "histogram"), (gradient, "gradient")] {
                    if result.is_ok() {
                        result = train.histogram(&format!("{path}/{kind}"), epoch, &values[range.clone()]);
                    }
                }
            });
            result?;
        }
        train.flush()?;
        self.validation.as_mut().map_or(Ok(()), EventWriter::flush)
    }

    fn on_train_end(&mut self, _: &mut Training<'_, M>) -> Result<(), Error> {
        for writer in [&mut self.train, &mut self.validation] {
            if let Some(mut writer) = writer.take() {
                writer.flush()?;
            }
        }
        Ok(())
    }
}
