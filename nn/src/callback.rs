//! Callbacks: what happens besides the steps of a training, at its beginning and end and at those of each epoch and batch.
//!
//! | callback | what it does |
//! |---|---|
//! | [`EarlyStopping`] | stops when a value has not improved for some epochs, and gives the best weights back |
//! | [`ModelCheckpoint`] | saves the model every n epochs, or when a value is better than ever |
//! | [`CsvLogger`] | writes a line of a CSV file for each epoch |
//! | [`LearningRateScheduler`] | a learning rate for each epoch |
//! | [`ReduceLrOnPlateau`] | a smaller learning rate when a value stagnates |
//! | [`TerminateOnNan`] | ends a training whose loss is infinite or NaN without an error |
//! | [`CtrlC`] | Ctrl-C ends the epoch, not the program |
//! | [`Validate`] | the loss and metrics of one more dataset |
//! | [`Lambda`] | closures |
#![cfg_attr(feature = "tensorboard", doc = "| [`TensorBoard`] | curves, histograms and the layers, for TensorBoard |")]
//!
//! Names and defaults are those of Keras. They are given to [`Trainer::callback`](crate::Trainer::callback), which calls
//! them in the order that they were given in: one that computes a value, such as [`Validate`], before those that watch it.
//!
//! ```
//! use katachi::callback::{Callback, EarlyStopping, Training};
//! use katachi::prelude::*;
//!
//! model! {
//!     struct Classifier { hidden: Dense(64 => 16, relu), logits: Dense(16 => 10) }
//! }
//!
//! /// Says how far the training is.
//! struct Say;
//!
//! impl<M: Model> Callback<M> for Say {
//!     fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
//!         println!("{} of {}: {:?}", training.epoch() + 1, training.epochs(), training.value("val_loss"));
//!         Ok(())
//!     }
//! }
//!
//! # fn main() -> Result<(), Error> {
//! let (train, test) = data::digits().shuffle(22).split(0.8)?;
//! let mut early_stopping = EarlyStopping::new("val_loss").patience(2).restore_best_weights();
//! let mut model = Classifier::init(22);
//! Trainer::new(Adam::new(0.05), SparseCategoricalCrossentropy::from_logits())
//!     .epochs(100)
//!     .validation(&test)
//!     .callback(&mut early_stopping)
//!     .callback(Say)
//!     .verbose(Verbosity::Silent)
//!     .fit(&mut model, &train)?;
//! assert!(early_stopping.stopped_epoch().is_some());
//! # Ok(())
//! # }
//! ```

use crate::checkpoint::type_name;
use crate::error::Error;
use crate::model::Model;

mod csv_logger;
mod ctrl_c;
mod early_stopping;
mod lambda;
mod learning_rate_scheduler;
mod model_checkpoint;
mod monitor;
mod reduce_lr_on_plateau;
#[cfg(feature = "tensorboard")]
mod tensorboard;
mod terminate_on_nan;
#[cfg(test)]
mod tests;
mod training;
mod validate;

pub use csv_logger::CsvLogger;
pub use ctrl_c::CtrlC;
pub use early_stopping::EarlyStopping;
pub use lambda::Lambda;
pub use learning_rate_scheduler::LearningRateScheduler;
pub use model_checkpoint::ModelCheckpoint;
pub use monitor::Mode;
pub use reduce_lr_on_plateau::ReduceLrOnPlateau;
#[cfg(feature = "tensorboard")]
pub use tensorboard::TensorBoard;
pub use terminate_on_nan::TerminateOnNan;
pub use training::Training;
pub(crate) use training::{Now, Running, Stop};
pub use validate::Validate;

/// What is called at the beginning and end of a training, of each epoch, and of each batch.
///
/// Each of the methods gets the [`Training`], which tells how far it is, reads and changes the model and the learning
/// rate, and can be stopped. An error ends the training; the model stays as it is then.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no callback",
    note = "callbacks are `EarlyStopping::new(\"val_loss\")` and the others of `katachi::callback`, and what implements \
            `Callback`; a closure is one as `Lambda::new().on_epoch_end(|training| …)`"
)]
#[allow(unused_variables, reason = "the names of arguments are part of the documentation")]
pub trait Callback<M: Model>: Send {
    /// Before the first step. Options are checked here, and names of values that are to be watched.
    fn on_train_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        Ok(())
    }

    /// After the last step; after an error too, which is then the one that `fit` returns. Not where
    /// [`on_train_begin`](Self::on_train_begin), of this callback or of one before it, was an error.
    fn on_train_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        Ok(())
    }

    /// Before the first step of an epoch.
    fn on_epoch_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        Ok(())
    }

    /// After the last step of an epoch and its validation: [`Training::value`] has the values of the epoch.
    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        Ok(())
    }

    /// Before a step.
    fn on_batch_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        Ok(())
    }

    /// After a step: [`Training::value`] has the loss and metrics of the epoch so far.
    fn on_batch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        Ok(())
    }

    /// The loss of a batch is infinite or NaN, and no step was taken. The training ends with
    /// [`Error::LossNotFinite`], unless a callback [stops](Training::stop) it here.
    fn on_loss_not_finite(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        Ok(())
    }

    /// What is kept from epoch to epoch, by name, which a checkpoint of the training holds too.
    fn state(&mut self) -> CallbackState<'_> {
        CallbackState::default()
    }
}

/// What a callback keeps from epoch to epoch.
#[derive(Default)]
pub struct CallbackState<'a> {
    /// Numbers by name.
    pub numbers: Vec<(&'static str, &'a mut f64)>,
    /// Arrays by name.
    pub arrays: Vec<(&'static str, &'a mut Vec<f64>)>,
}

/// A callback that is looked at after the training.
impl<M: Model, C: Callback<M>> Callback<M> for &mut C {
    fn on_train_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        (**self).on_train_begin(training)
    }

    fn on_train_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        (**self).on_train_end(training)
    }

    fn on_epoch_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        (**self).on_epoch_begin(training)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        (**self).on_epoch_end(training)
    }

    fn on_batch_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        (**self).on_batch_begin(training)
    }

    fn on_batch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        (**self).on_batch_end(training)
    }

    fn on_loss_not_finite(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        (**self).on_loss_not_finite(training)
    }

    fn state(&mut self) -> CallbackState<'_> {
        (**self).state()
    }
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// [`Callback::on_train_begin`].
    TrainBegin,
    /// [`Callback::on_train_end`].
    TrainEnd,
    /// [`Callback::on_epoch_begin`].
    EpochBegin,
    /// [`Callback::on_epoch_end`].
    EpochEnd,
    /// [`Callback::on_batch_begin`].
    BatchBegin,
    /// [`Callback::on_batch_end`].
    BatchEnd,
    /// [`Callback::on_loss_not_finite`].
    LossNotFinite,
}

/// Several callbacks for trainings of `M`: `()`, or such a list followed by one more.
pub trait Callbacks<M: Model>: Send {
    /// Calls them in their order.
    fn call(&mut self, event: Event, training: &mut Training<'_, M>) -> Result<(), Error>;

    /// Calls `each` with the name of the type and the state of each, in their order.
    fn states(&mut self, each: &mut dyn FnMut(&str, CallbackState<'_>));
}

impl<M: Model> Callbacks<M> for () {
    fn call(&mut self, _: Event, _: &mut Training<'_, M>) -> Result<(), Error> {
        Ok(())
    }

    fn states(&mut self, _: &mut dyn FnMut(&str, CallbackState<'_>)) {}
}

impl<M: Model, Rest: Callbacks<M>, C: Callback<M>> Callbacks<M> for (Rest, C) {
    fn call(&mut self, event: Event, training: &mut Training<'_, M>) -> Result<(), Error> {
        let others = self.0.call(event, training);
        if event == Event::TrainEnd {
            // Each is ended, whatever another has met.
            return others.and(self.1.on_train_end(training));
        }
        others?;
        match event {
            Event::TrainBegin => {
                let begun = self.1.on_train_begin(training);
                if begun.is_err() {
                    let _ = self.0.call(Event::TrainEnd, training); // Those before have begun; what ended it is to be told.
                }
                begun
            }
            Event::TrainEnd => Ok(()),
            Event::EpochBegin => self.1.on_epoch_begin(training),
            Event::EpochEnd => self.1.on_epoch_end(training),
            Event::BatchBegin => self.1.on_batch_begin(training),
            Event::BatchEnd => self.1.on_batch_end(training),
            Event::LossNotFinite => self.1.on_loss_not_finite(training),
        }
    }

    fn states(&mut self, each: &mut dyn FnMut(&str, CallbackState<'_>)) {
        self.0.states(each);
        each(type_name::<C>().trim_start_matches("&mut "), self.1.state());
    }
}
