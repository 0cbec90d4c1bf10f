//! [`EarlyStopping`].

use katachi_core::element::Element;

use super::monitor::{Mode, Monitor};
use super::{Callback, CallbackState, Training};
use crate::error::Error;
use crate::model::Model;

/// Stops a training when a value has not improved for some epochs: Keras' callback of that name.
///
/// ```
/// use katachi::callback::EarlyStopping;
/// use katachi::prelude::*;
///
/// model! {
///     struct Classifier { hidden: Dense(64 => 16, relu), logits: Dense(16 => 10) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let (train, test) = data::digits().shuffle(22).split(0.8)?;
/// let mut early_stopping = EarlyStopping::new("val_loss").patience(2).restore_best_weights();
/// let mut model = Classifier::init(22);
/// let mut trainer = Trainer::new(Adam::new(0.05), SparseCategoricalCrossentropy::from_logits())
///     .epochs(100)
///     .validation(&test)
///     .callback(&mut early_stopping)
///     .verbose(Verbosity::Silent);
/// let history = trainer.fit(&mut model, &train)?;
/// let best = history.get("val_loss").unwrap().iter().copied().fold(f64::INFINITY, f64::min);
/// assert_eq!(early_stopping.best(), best);
/// assert_eq!(early_stopping.stopped_epoch(), Some(history.epochs() - 1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct EarlyStopping {
    monitor: Monitor,
    patience: usize,
    baseline: f64,
    restore_best_weights: bool,
    start_from_epoch: usize,
    verbose: bool,
    /// How many epochs have not improved, the best one, and the one that ended it: numbers of a checkpoint.
    wait: f64,
    best_epoch: f64,
    stopped_epoch: f64,
    best_weights: Vec<f64>,
}

impl EarlyStopping {
    /// Watches the value of that name, `val_loss` for instance; an unknown one is an error before the training. It stops
    /// in the first epoch that does not improve, unless [`patience`](Self::patience) says later.
    pub fn new(monitor: impl Into<String>) -> Self {
        Self {
            monitor: Monitor::new(monitor),
            patience: 0,
            baseline: f64::NAN,
            restore_best_weights: false,
            start_from_epoch: 0,
            verbose: false,
            wait: 0.0,
            best_epoch: 0.0,
            stopped_epoch: f64::NAN,
            best_weights: Vec::new(),
        }
    }

    /// How many epochs without improvement are endured.
    pub fn patience(mut self, patience: usize) -> Self {
        self.patience = patience;
        self
    }

    /// How much better a value must be to be an improvement; 0 unless said.
    pub fn min_delta(mut self, min_delta: f64) -> Self {
        self.monitor.min_delta = min_delta;
        self
    }

    /// Whether smaller or larger is better; [`Mode::Auto`] unless said.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.monitor.mode = mode;
        self
    }

    /// A value that must be reached for an epoch to count as an improvement.
    pub fn baseline(mut self, baseline: f64) -> Self {
        self.baseline = baseline;
        self
    }

    /// Gives the model back its weights of the best epoch when the training ends, by whatever reason, as in Keras.
    pub fn restore_best_weights(mut self) -> Self {
        self.restore_best_weights = true;
        self
    }

    /// Watches from this epoch on, counted from 0; 0 unless said.
    pub fn start_from_epoch(mut self, epoch: usize) -> Self {
        self.start_from_epoch = epoch;
        self
    }

    /// Says when it stops, and which weights it restores.
    pub fn verbose(mut self) -> Self {
        self.verbose = true;
        self
    }

    /// The epoch that ended the training, from 0; none if it was not this callback that did.
    pub fn stopped_epoch(&self) -> Option<usize> {
        epoch(self.stopped_epoch)
    }

    /// The best epoch so far, from 0; none before the first.
    pub fn best_epoch(&self) -> Option<usize> {
        if self.monitor.best.is_nan() { None } else { epoch(self.best_epoch) }
    }

    /// The best value so far; NaN before the first.
    pub fn best(&self) -> f64 {
        self.monitor.best
    }
}

/// An epoch that is kept as a number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was an epoch's number")]
fn epoch(number: f64) -> Option<usize> {
    if number.is_nan() { None } else { Some(number as usize) }
}

impl<M: Model> Callback<M> for EarlyStopping {
    fn on_train_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        self.monitor.check("EarlyStopping", training)?;
        // A training that goes on where another ended keeps what it knows; a new one forgets it.
        if training.history().epochs() == 0 {
            self.monitor.best = f64::NAN;
            self.wait = 0.0;
            self.best_epoch = 0.0;
            self.best_weights.clear();
            self.stopped_epoch = f64::NAN;
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        if training.epoch() < self.start_from_epoch {
            return Ok(());
        }
        let value = self.monitor.value(training);
        self.wait += 1.0;
        if self.monitor.improves(value) {
            self.best_epoch = training.epoch() as f64;
            if self.restore_best_weights {
                self.best_weights.clear();
                self.best_weights.extend(training.model.as_slice().iter().map(|weight| weight.to_f64()));
            }
            if self.baseline.is_nan() || self.monitor.is_better(value, self.baseline) {
                self.wait = 0.0;
            }
        } else if self.wait >= self.patience as f64 && training.epoch() > 0 {
            self.stopped_epoch = training.epoch() as f64;
            training.stop();
        }
        Ok(())
    }

    fn on_train_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        if self.verbose && !self.stopped_epoch.is_nan() {
            training.say(&format!("Epoch {}: early stopping", self.stopped_epoch + 1.0));
        }
        if self.restore_best_weights && self.best_weights.len() == M::LEN {
            if self.verbose {
                training.say(&format!(
                    "Restoring model weights from the end of the best epoch: {}.",
                    self.best_epoch + 1.0
                ));
            }
            for (weight, best) in training.model.as_mut_slice().iter_mut().zip(&self.best_weights) {
                *weight = M::Element::from_f64(*best);
            }
        }
        Ok(())
    }

    fn state(&mut self) -> CallbackState<'_> {
        let Self { monitor, wait, best_epoch, stopped_epoch, best_weights, .. } = self;
        CallbackState {
            numbers: vec![
                ("best", &mut monitor.best),
                ("wait", wait),
                ("best_epoch", best_epoch),
                ("stopped_epoch", stopped_epoch),
            ],
            arrays: vec![("best_weights", best_weights)],
        }
    }
}
