//! [`TerminateOnNan`].

use super::{Callback, Training};
use crate::error::Error;
use crate::model::Model;

/// Ends a training whose loss is infinite or NaN without an error: Keras' `TerminateOnNaN`.
///
/// Without it such a training ends with [`Error::LossNotFinite`]. Either way the model gets back its weights of the end of
/// the last epoch, or those that it began with; the history has the epochs up to there.
#[derive(Clone, Copy, Debug, Default)]
pub struct TerminateOnNan;

impl<M: Model> Callback<M> for TerminateOnNan {
    fn on_loss_not_finite(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let (epoch, step) = (training.epoch() + 1, training.step() + 1);
        training.say(&format!("Epoch {epoch}, batch {step}: invalid loss, terminating training"));
        training.stop();
        Ok(())
    }
}
