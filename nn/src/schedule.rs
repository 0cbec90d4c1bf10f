//! Schedules: the learning rate of each step.
//!
//! An optimizer takes a number or a schedule for its learning rate. Steps are counted as in Keras: the first is step 0.

use crate::error::Error;

/// The learning rate of each step.
///
/// ```
/// use katachi::schedule::Schedule;
///
/// let constant = Schedule::from(0.1);
/// assert_eq!((constant.at(0), constant.at(1000)), (0.1, 0.1));
/// ```
#[derive(Clone, Debug)]
pub struct Schedule(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Constant(f64),
}

impl Schedule {
    /// The learning rate of a step; the first step is 0.
    pub fn at(&self, _step: u64) -> f64 {
        match self.0 {
            Kind::Constant(rate) => rate,
        }
    }

    /// Whether every option has a value that makes sense; an error names the first that has not.
    pub fn validate(&self) -> Result<(), Error> {
        match self.0 {
            Kind::Constant(rate) => crate::optimizer::check_learning_rate(rate),
        }
    }
}

/// The same rate in every step.
impl From<f64> for Schedule {
    fn from(rate: f64) -> Self {
        Self(Kind::Constant(rate))
    }
}
