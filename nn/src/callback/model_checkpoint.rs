//! [`ModelCheckpoint`].

use std::path::{Path, PathBuf};

use super::monitor::{Mode, Monitor};
use super::{Callback, CallbackState, Training};
use crate::error::Error;
use crate::model::Model;
use crate::names::{list, nearest};
use crate::save::{Save, check_folder};

/// Saves the model at the end of epochs: Keras' callback of that name.
///
/// The file holds the parameters, as [`Save::save`] writes them; to continue a training later there is
/// [`Trainer::backup_and_restore`](crate::Trainer::backup_and_restore).
///
/// ```
/// use katachi::callback::ModelCheckpoint;
/// use katachi::prelude::*;
///
/// model! {
///     struct Classifier { logits: Dense(64 => 10) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let best = folder.path().join("best.safetensors");
/// # let every = folder.path().join("epoch{epoch:02}.safetensors");
/// let (train, test) = data::digits().shuffle(22).split(0.8)?;
/// let mut classifier = Classifier::init(22);
/// Trainer::new(Adam::new(0.01), SparseCategoricalCrossentropy::from_logits())
///     .metric(Accuracy)
///     .epochs(4)
///     .validation(&test)
///     .callback(ModelCheckpoint::new(&best).save_best_only("val_accuracy")) // best.safetensors
///     .callback(ModelCheckpoint::new(&every).save_every(2)) // epoch{epoch:02}.safetensors
///     .verbose(Verbosity::Silent)
///     .fit(&mut classifier, &train)?;
/// let best = Classifier::load(&best)?;
/// # assert!(folder.path().join("epoch02.safetensors").exists() && folder.path().join("epoch04.safetensors").exists());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ModelCheckpoint {
    path: String,
    monitor: Monitor,
    best_only: bool,
    every: usize,
    verbose: bool,
}

impl ModelCheckpoint {
    /// Saves after every epoch to that file. `{epoch}` in its name is the number of the epoch, from 1, `{epoch:02}` the same
    /// with at least two digits, and `{val_loss:.3}` the value of that name with three decimals.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into().to_string_lossy().into_owned();
        Self { path, monitor: Monitor::new(""), best_only: false, every: 1, verbose: false }
    }

    /// Saves only when the value of that name is better than ever; an unknown one is an error before the training.
    pub fn save_best_only(mut self, monitor: impl Into<String>) -> Self {
        self.monitor.name = monitor.into();
        self.best_only = true;
        self
    }

    /// Whether smaller or larger is better, for [`save_best_only`](Self::save_best_only); [`Mode::Auto`] unless said.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.monitor.mode = mode;
        self
    }

    /// A value from an earlier training that must be bettered, for [`save_best_only`](Self::save_best_only).
    pub fn initial_value_threshold(mut self, value: f64) -> Self {
        self.monitor.best = value;
        self
    }

    /// Saves every so many epochs only.
    pub fn save_every(mut self, epochs: usize) -> Self {
        self.every = epochs;
        self
    }

    /// Says what it saves.
    pub fn verbose(mut self) -> Self {
        self.verbose = true;
        self
    }

    /// The path for this epoch; the names within were checked.
    fn path<M: Model>(&self, training: &Training<'_, M>) -> String {
        let text = |piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Value { name: "epoch", digits, .. } => format!("{:0digits$}", training.epoch() + 1),
            Piece::Value { name, decimals, .. } => {
                let value = training.value(name).unwrap_or(f64::NAN);
                decimals.map_or_else(|| value.to_string(), |decimals| format!("{value:.decimals$}"))
            }
        };
        pieces(&self.path).into_iter().map(text).collect()
    }
}

/// No name of a file needs more digits, and formatting has a limit too.
const MOST_DIGITS: usize = 40;

/// A piece of a path.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    /// `{name:digits}` or `{name:.decimals}`
    Value {
        name: &'a str,
        digits: usize,
        decimals: Option<usize>,
    },
}

/// The pieces of a path. Brackets that do not enclose a name are text.
fn pieces(path: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((inner, after)) = after.split_once('}') else { break };
        let (name, format) = inner.split_once(':').unwrap_or((inner, ""));
        let (digits, decimals) = format.split_once('.').unwrap_or((format, ""));
        // Keras' own formats end in `d` and `f`.
        let number =
            |text: &str| text.trim_end_matches(['d', 'f']).parse().ok().map(|digits: usize| digits.min(MOST_DIGITS));
        pieces.push(Piece::Text(before));
        pieces.push(Piece::Value { name, digits: number(digits).unwrap_or(0), decimals: number(decimals) });
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

impl<M: Model> Callback<M> for ModelCheckpoint {
    fn on_train_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        Error::unless_at_least_one("save_every", self.every)?;
        if self.best_only {
            self.monitor.check("ModelCheckpoint", training)?;
        }
        // A folder that has values in its name may be made while the training runs.
        let path = Path::new(&self.path);
        if path.parent().is_none_or(|folder| !folder.to_string_lossy().contains('{')) {
            check_folder(path)?;
        }
        for piece in pieces(&self.path) {
            if let Piece::Value { name, .. } = piece
                && name != "epoch"
                && training.require("ModelCheckpoint", name).is_err()
            {
                let names: Vec<&str> = training.now.names.iter().map(String::as_str).chain(["epoch"]).collect();
                let help = match nearest(name, &names) {
                    Some(near) => format!("did you mean `{{{near}}}`?"),
                    None => format!("the names are {}", list(names.iter())),
                };
                let place = format!("`ModelCheckpoint::new(\"{}\")`", self.path);
                return Err(Error::data(place, format!("no value of the name `{name}` is computed"), help));
            }
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let before = self.monitor.best;
        // Watched in every epoch, saved in some: the best of those that are not saved is none to be reached.
        if !(training.epoch() + 1).is_multiple_of(self.every) {
            return Ok(());
        }
        if self.best_only {
            let value = self.monitor.value(training);
            if !self.monitor.improves(value) {
                return Ok(());
            }
        }
        let path = self.path(training);
        training.model.save(&path)?;
        if self.verbose {
            let epoch = training.epoch() + 1;
            let Monitor { name, best, .. } = &self.monitor;
            let line = if self.best_only && !before.is_nan() {
                format!("{name} improved from {before:.5} to {best:.5}, saving model to {path}")
            } else {
                format!("saving model to {path}")
            };
            training.say(&format!("Epoch {epoch}: {line}"));
        }
        Ok(())
    }

    fn state(&mut self) -> CallbackState<'_> {
        let numbers = self.best_only.then_some(("best", &mut self.monitor.best));
        CallbackState { numbers: numbers.into_iter().collect(), arrays: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_values_within() {
        assert_eq!(
            pieces("a/{epoch:02d}-{val_loss:.3f}.x"),
            [
                Piece::Text("a/"),
                Piece::Value { name: "epoch", digits: 2, decimals: None },
                Piece::Text("-"),
                Piece::Value { name: "val_loss", digits: 0, decimals: Some(3) },
                Piece::Text(".x"),
            ],
        );
        assert_eq!(pieces("plain"), [Piece::Text("plain")]);
        assert_eq!(pieces("open{epoch"), [Piece::Text("open{epoch")]);
    }
}
