//! Schedules that are made of others.

use super::{Formula, Schedule};
use crate::error::Error;
use crate::optimizer::check;

#[derive(Debug)]
pub(super) struct Warmup {
    pub steps: u64,
    pub schedule: Schedule,
}

impl Formula for Warmup {
    fn at(&self, step: u64) -> f64 {
        match step.checked_sub(self.steps) {
            Some(step) => self.schedule.at(step),
            None => self.schedule.at(0) * (step as f64 / self.steps as f64),
        }
    }

    fn validate(&self) -> Result<(), Error> {
        self.schedule.validate()
    }
}

#[derive(Debug)]
pub(super) struct Then {
    pub first: Schedule,
    pub step: u64,
    pub other: Schedule,
}

impl Formula for Then {
    fn at(&self, step: u64) -> f64 {
        match step.checked_sub(self.step) {
            Some(step) => self.other.at(step),
            None => self.first.at(step),
        }
    }

    fn validate(&self) -> Result<(), Error> {
        self.first.validate()?;
        check::at_least_1("step", self.step)?;
        self.other.validate()
    }
}

#[derive(Debug)]
pub(super) struct Scaled {
    pub schedule: Schedule,
    pub factor: f64,
}

impl Formula for Scaled {
    fn at(&self, step: u64) -> f64 {
        self.schedule.at(step) * self.factor
    }

    fn validate(&self) -> Result<(), Error> {
        self.schedule.validate()?;
        check::at_least_0("factor", self.factor)
    }
}
