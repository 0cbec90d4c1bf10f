//! [`Training`]: what a callback sees of a training, and what it can change.

use crate::error::Error;
use crate::history::History;
use crate::model::Model;
use crate::names::{list, nearest};
use crate::optimizer::Optimizer;
use crate::progress::say;

/// A training, as its [callbacks](super::Callback) see it.
pub struct Training<'a, M: Model> {
    /// The model. What is changed here is trained on.
    pub model: &'a mut M,
    pub(crate) optimizer: &'a mut dyn Optimizer<M::Element>,
    pub(crate) gradient: &'a M,
    pub(crate) history: &'a History,
    /// The loss and metrics of the epoch so far, after a batch.
    pub(crate) running: Option<&'a dyn Running>,
    pub(crate) now: &'a mut Now,
}

/// How far a training is.
#[derive(Debug, Default)]
pub(crate) struct Now {
    pub epoch: usize,
    pub epochs: usize,
    pub step: usize,
    pub steps: usize,
    pub total_steps: u64,
    pub stop: Stop,
    /// Whether a callback has stopped it for good, not the user to go on later.
    pub is_ended: bool,
    pub is_silent: bool,
    /// The values of the epoch: what callbacks have logged, and at its end the loss and metrics too.
    pub values: Vec<(String, f64)>,
    /// The names that the values of an epoch will have.
    pub names: Vec<String>,
}

/// Whether a training goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stop {
    #[default]
    Never,
    AfterEpoch,
    AfterBatch,
}

/// The loss and metrics of an epoch so far, computed when they are asked for.
pub(crate) trait Running {
    fn each(&self, each: &mut dyn FnMut(&str, f64));
}

impl<M: Model> Training<'_, M> {
    /// The number of the epoch, from 0 as in Keras; the progress shows one more.
    pub fn epoch(&self) -> usize {
        self.now.epoch
    }

    /// The epoch that the training ends before.
    pub fn epochs(&self) -> usize {
        self.now.epochs
    }

    /// The number of the step in the epoch, from 0; at the end of an epoch how many there were.
    pub fn step(&self) -> usize {
        self.now.step
    }

    /// How many steps an epoch has.
    pub fn steps(&self) -> usize {
        self.now.steps
    }

    /// How many steps were taken since the parameters were drawn, over all epochs.
    pub fn total_steps(&self) -> u64 {
        self.now.total_steps
    }

    /// The epochs that have ended before this one.
    pub fn history(&self) -> &History {
        self.history
    }

    /// The gradient of the last step.
    pub fn gradient(&self) -> &M {
        self.gradient
    }

    /// The loss or metric of that name: at the end of an epoch that of the epoch, `val_loss` among them, and after a batch
    /// that of the epoch so far. None if nothing of that name is computed.
    pub fn value(&self, name: &str) -> Option<f64> {
        let mut found = self.now.values.iter().find(|value| value.0 == name).map(|value| value.1);
        if let (None, Some(running)) = (found, self.running) {
            running.each(&mut |known, value| {
                if known == name {
                    found = Some(value);
                }
            });
        }
        found
    }

    /// All losses and metrics with their names, as [`value`](Self::value) has them.
    pub fn values(&self) -> Vec<(String, f64)> {
        let mut values = self.now.values.clone();
        if let Some(running) = self.running {
            running.each(&mut |name, value| values.push((name.to_owned(), value)));
        }
        values
    }

    /// Adds a value to those of this epoch, which the history, the progress and later callbacks have too. One of the same
    /// name is replaced.
    pub fn log(&mut self, name: &str, value: f64) {
        match self.now.values.iter_mut().find(|known| known.0 == name) {
            Some(known) => known.1 = value,
            None => self.now.values.push((name.to_owned(), value)),
        }
    }

    /// Says in [`on_train_begin`](super::Callback::on_train_begin) that a value of this name will be
    /// [logged](Self::log), so that later callbacks may watch it.
    pub fn announce(&mut self, name: impl Into<String>) {
        self.now.names.push(name.into());
    }

    /// An error unless a value of this name is computed in every epoch; `user` names the callback that needs it.
    pub fn require(&self, user: &str, name: &str) -> Result<(), Error> {
        let names: Vec<&str> = self.now.names.iter().map(String::as_str).collect();
        if names.contains(&name) {
            return Ok(());
        }
        let known = list(names.iter());
        let help = if name.starts_with("val_") && !names.iter().any(|known| known.starts_with("val_")) {
            format!("give the trainer data for it with `.validation(&data)`; without, there are {known}")
        } else if let Some(last) = names.iter().find(|known| is_of_another_dataset(name, known)) {
            format!("`{last}` is; give a callback that computes `{name}`, such as `Validate`, before this one")
        } else if let Some(near) = nearest(name, &names) {
            format!("did you mean `{near}`?")
        } else {
            format!("those computed are {known}")
        };
        Err(Error::data(format!("`{user}`"), format!("no value of the name `{name}` is computed"), help))
    }

    /// The learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.optimizer.learning_rate()
    }

    /// Sets the learning rate of all steps from now on. An optimizer's schedule ends here.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.optimizer.set_learning_rate(rate);
    }

    /// Ends the training after this epoch.
    pub fn stop(&mut self) {
        self.now.is_ended = true;
        self.now.stop = self.now.stop.max(Stop::AfterEpoch);
    }

    /// Ends the training after this batch. The epoch, shorter than others, is closed as any other: with its validation,
    /// and with the callbacks of its end.
    pub fn stop_now(&mut self) {
        self.now.is_ended = true;
        self.now.stop = Stop::AfterBatch;
    }

    /// Whether the training was told to end.
    pub fn is_stopping(&self) -> bool {
        self.now.stop != Stop::Never
    }

    /// Writes a line to standard error, as the progress does; nothing where the trainer is silent.
    pub fn say(&self, line: &str) {
        if !self.now.is_silent {
            say(line);
        }
    }
}

/// Whether `name` is that of a value on further data, `inverted_loss` for `loss`.
fn is_of_another_dataset(name: &str, known: &str) -> bool {
    let prefix = name.strip_suffix(known).and_then(|rest| rest.strip_suffix('_'));
    prefix.is_some_and(|prefix| !prefix.is_empty() && prefix != "val")
}
