//! [`LearningRateScheduler`].

use super::{Callback, Training};
use crate::error::Error;
use crate::model::Model;

/// Sets the learning rate at the beginning of each epoch: Keras' callback of that name.
///
/// The closure gets the number of the epoch, from 0, and the learning rate so far. The rate of each epoch is among the values
/// of the history, as `learning_rate`. For a rate that changes with each step, give the optimizer a
/// [schedule](crate::schedule).
///
/// ```
/// use katachi::callback::LearningRateScheduler;
/// use katachi::prelude::*;
///
/// model! {
///     struct Classifier { logits: Dense(64 => 10) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let mut trainer = Trainer::new(Sgd::new(0.5), SparseCategoricalCrossentropy::from_logits())
///     .epochs(3)
///     .callback(LearningRateScheduler::new(|epoch, rate| if epoch < 1 { rate } else { rate / 2.0 }))
///     .verbose(Verbosity::Silent);
/// let history = trainer.fit(&mut Classifier::init(22), &data::digits())?;
/// assert_eq!(history.get("learning_rate"), Some(&[0.5, 0.25, 0.125][..]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LearningRateScheduler<F> {
    schedule: F,
}

impl<F: FnMut(usize, f64) -> f64 + Send> LearningRateScheduler<F> {
    /// A rate for each epoch: `schedule(epoch, rate)`, finite and at least 0.
    pub fn new(schedule: F) -> Self {
        Self { schedule }
    }
}

impl<M: Model, F: FnMut(usize, f64) -> f64 + Send> Callback<M> for LearningRateScheduler<F> {
    fn on_train_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        training.announce("learning_rate");
        Ok(())
    }

    fn on_epoch_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let rate = (self.schedule)(training.epoch(), training.learning_rate());
        if !(rate.is_finite() && rate >= 0.0) {
            let must = "a finite number of at least 0, from the closure of `LearningRateScheduler` too";
            return Err(Error::Option { option: "learning_rate", value: rate.to_string(), must });
        }
        training.set_learning_rate(rate);
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let rate = training.learning_rate();
        training.log("learning_rate", rate);
        Ok(())
    }
}
