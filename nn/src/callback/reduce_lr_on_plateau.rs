//! [`ReduceLrOnPlateau`].

use super::monitor::{Mode, Monitor};
use super::{Callback, CallbackState, Training};
use crate::error::Error;
use crate::model::Model;

/// Makes the learning rate smaller when a value has not improved for some epochs: Keras' `ReduceLROnPlateau`.
///
/// The rate of each epoch is among the values of the history, as `learning_rate`. Where the optimizer has a schedule, the
/// first reduction ends it.
#[derive(Clone, Debug)]
pub struct ReduceLrOnPlateau {
    monitor: Monitor,
    factor: f64,
    patience: usize,
    cooldown: usize,
    min_lr: f64,
    verbose: bool,
    wait: f64,
    cooling: f64,
}

impl ReduceLrOnPlateau {
    /// Watches the value of that name; an unknown one is an error before the training. Keras' defaults: a tenth of the rate
    /// after 10 epochs that are not better by more than 10⁻⁴, at least 0, at once ready for the next.
    pub fn new(monitor: impl Into<String>) -> Self {
        Self {
            monitor: Monitor { min_delta: 1e-4, ..Monitor::new(monitor) },
            factor: 0.1,
            patience: 10,
            cooldown: 0,
            min_lr: 0.0,
            verbose: false,
            wait: 0.0,
            cooling: 0.0,
        }
    }

    /// What the rate is multiplied by, from 0 to below 1.
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// How many epochs without improvement are endured.
    pub fn patience(mut self, patience: usize) -> Self {
        self.patience = patience;
        self
    }

    /// How much better a value must be to be an improvement.
    pub fn min_delta(mut self, min_delta: f64) -> Self {
        self.monitor.min_delta = min_delta;
        self
    }

    /// Whether smaller or larger is better; [`Mode::Auto`] unless said.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.monitor.mode = mode;
        self
    }

    /// How many epochs after a reduction are not counted.
    pub fn cooldown(mut self, cooldown: usize) -> Self {
        self.cooldown = cooldown;
        self
    }

    /// The least rate.
    pub fn min_lr(mut self, min_lr: f64) -> Self {
        self.min_lr = min_lr;
        self
    }

    /// Says when it reduces the rate.
    pub fn verbose(mut self) -> Self {
        self.verbose = true;
        self
    }
}

impl<M: Model> Callback<M> for ReduceLrOnPlateau {
    fn on_train_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        self.monitor.check("ReduceLrOnPlateau", training)?;
        if !(0.0..1.0).contains(&self.factor) {
            return Err(Error::Option { option: "factor", value: self.factor.to_string(), must: "from 0 to below 1" });
        }
        if !(self.min_lr.is_finite() && self.min_lr >= 0.0) {
            let must = "a finite number of at least 0";
            return Err(Error::Option { option: "min_lr", value: self.min_lr.to_string(), must });
        }
        if training.history().epochs() == 0 {
            self.monitor.best = f64::NAN;
            self.wait = 0.0;
            self.cooling = 0.0;
        }
        training.announce("learning_rate");
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let rate = training.learning_rate();
        training.log("learning_rate", rate);
        if self.cooling > 0.0 {
            self.cooling -= 1.0;
            self.wait = 0.0;
        }
        let value = self.monitor.value(training);
        if self.monitor.improves(value) {
            self.wait = 0.0;
        } else if self.cooling == 0.0 {
            self.wait += 1.0;
            if self.wait >= self.patience as f64 && rate > self.min_lr {
                let reduced = (rate * self.factor).max(self.min_lr);
                training.set_learning_rate(reduced);
                if self.verbose {
                    let epoch = training.epoch() + 1;
                    training.say(&format!("Epoch {epoch}: ReduceLROnPlateau reducing learning rate to {reduced}."));
                }
                self.cooling = self.cooldown as f64;
                self.wait = 0.0;
            }
        }
        Ok(())
    }

    fn state(&mut self) -> CallbackState<'_> {
        let Self { monitor, wait, cooling, .. } = self;
        CallbackState {
            numbers: vec![("best", &mut monitor.best), ("wait", wait), ("cooling", cooling)],
            arrays: Vec::new(),
        }
    }
}
