//! Schedules: the learning rate of each step.
//!
//! An optimizer takes a number or a schedule for its learning rate:
//!
//! ```
//! use katachi::prelude::*;
//! use katachi::schedule::CosineDecay;
//!
//! let adam = Adam::<f32>::new(CosineDecay::new(1e-3, 10_000).warmup(500));
//! assert_eq!(adam.learning_rate(), 0.0); // of the first step
//! ```
//!
//! Steps are counted as in Keras: the first is step 0. A step is one of the optimizer, for one batch.
//!
//! | here | Keras, or `torch` | the rate of step s |
//! |---|---|---|
//! | a number, [`Schedule::constant`] | a float | η |
//! | [`StepDecay`] | `torch`'s `StepLR` | η γ^⌊s / n⌋ |
//! | [`PiecewiseConstantDecay`] | the same | one of several numbers |
//! | [`ExponentialDecay`] | the same | η γ^(s / n) |
//! | [`InverseTimeDecay`] | the same | η / (1 + γ s / n) |
//! | [`PolynomialDecay`] | the same | from η to another in n steps, by a power |
//! | [`CosineDecay`] | the same | from η to α η in n steps, by half a cosine |
//! | [`CosineDecayRestarts`] | the same | that again and again |
//! | [`OneCycle`] | `torch`'s `OneCycleLR` | up, and far down |
//! | [`Schedule::from_fn`] | a `LearningRateSchedule` of one's own | whatever a function says |
//!
//! The methods of [`IntoSchedule`] make a schedule of others: [`warmup`](IntoSchedule::warmup),
//! [`then`](IntoSchedule::then), [`scaled`](IntoSchedule::scaled).
//!
//! The powers and cosines are those of this library, not of the system, so that a training has the same bits everywhere.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::optimizer::check;

mod composed;
mod cosine;
mod decay;
mod one_cycle;
mod polynomial;
#[cfg(test)]
mod tests;

pub use cosine::{CosineDecay, CosineDecayRestarts};
pub use decay::{ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay, StepDecay};
pub use one_cycle::OneCycle;
pub use polynomial::PolynomialDecay;

use composed::{Scaled, Then, Warmup};

/// The learning rate of each step. A copy is cheap, whatever it is made of.
///
/// ```
/// use katachi::schedule::{ExponentialDecay, Schedule};
///
/// let constant = Schedule::from(0.1);
/// assert_eq!((constant.at(0), constant.at(1000)), (0.1, 0.1));
///
/// let decay = Schedule::from(ExponentialDecay::new(0.5, 10, 0.25));
/// assert_eq!((decay.at(0), decay.at(5), decay.at(10)), (0.5, 0.25, 0.125));
/// ```
#[derive(Clone)]
pub struct Schedule(Arc<dyn Formula>);

impl Schedule {
    /// The same rate in every step.
    pub fn constant(rate: f64) -> Self {
        Self(Arc::new(Constant(rate)))
    }

    /// What a function says of each step.
    ///
    /// ```
    /// use katachi::schedule::Schedule;
    ///
    /// let root = Schedule::from_fn(|step| 0.1 / (step as f64 + 1.0).sqrt());
    /// assert_eq!((root.at(0), root.at(3)), (0.1, 0.05));
    /// ```
    ///
    /// A rate that is negative, infinite or NaN is an error of the optimizer in that step.
    pub fn from_fn(rate: impl Fn(u64) -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(Function(rate)))
    }

    /// The learning rate of a step; the first step is 0.
    pub fn at(&self, step: u64) -> f64 {
        self.0.at(step)
    }

    /// Whether every option has a value that makes sense; an error names the first that has not.
    pub fn validate(&self) -> Result<(), Error> {
        self.0.validate()
    }
}

/// The schedule that it is made of.
impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an optimizer takes for its learning rate: a number, or a schedule.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no learning rate",
    label = "this is no learning rate",
    note = "a learning rate is a number with a point, such as `1e-3` or `1.0`, or a schedule, such as `CosineDecay::new(1e-3, 1000)`; \
            the table of `katachi::schedule` has all of them"
)]
pub trait IntoSchedule: Sized {
    /// The schedule.
    fn into_schedule(self) -> Schedule;

    /// This schedule after so many steps in which the rate rises evenly, from 0 to its first rate (Goyal et al., "Accurate,
    /// Large Minibatch SGD: Training `ImageNet` in 1 Hour", 2017).
    ///
    /// ```
    /// use katachi::schedule::{ExponentialDecay, IntoSchedule};
    ///
    /// let schedule = ExponentialDecay::new(0.5, 1, 0.5).warmup(4);
    /// assert_eq!([0, 1, 2, 3, 4, 5].map(|step| schedule.at(step)), [0.0, 0.125, 0.25, 0.375, 0.5, 0.25]);
    /// ```
    fn warmup(self, steps: u64) -> Schedule {
        Schedule(Arc::new(Warmup { steps, schedule: self.into_schedule() }))
    }

    /// This schedule before `step`, which is at least 1, and from there on the other, for which that step is its first.
    ///
    /// ```
    /// use katachi::schedule::{IntoSchedule, Schedule, StepDecay};
    ///
    /// let schedule = Schedule::constant(1.0).then(2, StepDecay::new(0.5, 2, 0.5));
    /// assert_eq!([0, 1, 2, 3, 4, 5].map(|step| schedule.at(step)), [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]);
    /// ```
    fn then(self, step: u64, other: impl IntoSchedule) -> Schedule {
        Schedule(Arc::new(Then { first: self.into_schedule(), step, other: other.into_schedule() }))
    }

    /// This schedule with all rates multiplied by `factor`, at least 0: where a batch is twice as large, the rate often is.
    ///
    /// ```
    /// use katachi::schedule::{IntoSchedule, StepDecay};
    ///
    /// let schedule = StepDecay::new(0.5, 1, 0.5).scaled(2.0);
    /// assert_eq!((schedule.at(0), schedule.at(1)), (1.0, 0.5));
    /// ```
    fn scaled(self, factor: f64) -> Schedule {
        Schedule(Arc::new(Scaled { schedule: self.into_schedule(), factor }))
    }
}

#[diagnostic::do_not_recommend]
impl<S: Into<Schedule>> IntoSchedule for S {
    fn into_schedule(self) -> Schedule {
        self.into()
    }
}

/// The same rate in every step.
impl From<f64> for Schedule {
    fn from(rate: f64) -> Self {
        Self::constant(rate)
    }
}

/// What a schedule is made of.
trait Formula: fmt::Debug + Send + Sync {
    fn at(&self, step: u64) -> f64;
    fn validate(&self) -> Result<(), Error>;
}

/// Makes schedules of these formulas.
macro_rules! schedules {
    ($($formula:ty),*) => {
        $(
            impl From<$formula> for Schedule {
                fn from(formula: $formula) -> Self {
                    Self(Arc::new(formula))
                }
            }
        )*
    };
}
schedules!(
    StepDecay,
    PiecewiseConstantDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PolynomialDecay,
    CosineDecay,
    CosineDecayRestarts,
    OneCycle
);

#[derive(Debug)]
struct Constant(f64);

impl Formula for Constant {
    fn at(&self, _: u64) -> f64 {
        self.0
    }

    fn validate(&self) -> Result<(), Error> {
        check::learning_rate(self.0)
    }
}

struct Function<F>(F);

impl<F: Fn(u64) -> f64 + Send + Sync> Formula for Function<F> {
    fn at(&self, step: u64) -> f64 {
        (self.0)(step)
    }

    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl<F> fmt::Debug for Function<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("from_fn(..)")
    }
}
