//! [`Rate`]: the learning rate of an optimizer, from step to step.

use super::check;
use crate::error::Error;
use crate::schedule::{IntoSchedule, Schedule};

/// A schedule, how far it has been followed, and the rate that was set in its place.
///
/// What changes are floats, as which a checkpoint keeps them: a count of steps is exact up to 2⁵³.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    schedule: Schedule,
    iterations: f64,
    /// 1 where a rate was set, else 0.
    is_set: f64,
    set: f64,
}

impl Rate {
    pub fn new(schedule: impl IntoSchedule) -> Self {
        Self { schedule: schedule.into_schedule(), iterations: 0.0, is_set: 0.0, set: 0.0 }
    }

    /// The rate of the next step.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, or what a file has for one")]
    pub fn now(&self) -> f64 {
        if self.is_set == 0.0 { self.schedule.at(self.iterations as u64) } else { self.set }
    }

    /// The rate of all steps from now on.
    pub fn set(&mut self, rate: f64) {
        (self.is_set, self.set) = (1.0, rate);
    }

    /// Counts a step.
    pub fn advance(&mut self) {
        self.iterations += 1.0;
    }

    /// Forgets the steps, and a rate that was set.
    pub fn reset(&mut self) {
        (self.iterations, self.is_set, self.set) = (0.0, 0.0, 0.0);
    }

    /// The schedule's options, and the rate of the next step: what a closure gives is known only then.
    pub fn validate(&self) -> Result<(), Error> {
        self.schedule.validate()?;
        check::learning_rate(self.now())
    }

    /// What [`OptimizerState`](super::OptimizerState) holds of it.
    pub fn numbers(&mut self) -> Vec<(String, &mut f64)> {
        vec![
            ("iterations".into(), &mut self.iterations),
            ("learning_rate".into(), &mut self.set),
            ("learning_rate_is_set".into(), &mut self.is_set),
        ]
    }
}

/// The methods of [`Optimizer`](super::Optimizer) that concern the learning rate, for one that has it in `self.rate`.
macro_rules! rate_methods {
    () => {
        fn learning_rate(&self) -> f64 {
            self.rate.now()
        }

        fn set_learning_rate(&mut self, rate: f64) {
            self.rate.set(rate);
        }

        fn skip(&mut self) {
            self.rate.advance();
        }
    };
}
pub(super) use rate_methods;
