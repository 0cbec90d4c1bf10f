//! Schedules that decay: [`StepDecay`], [`PiecewiseConstantDecay`], [`ExponentialDecay`], [`InverseTimeDecay`].

use katachi_core::element::Element;

use super::Formula;
use crate::error::Error;
use crate::optimizer::check;

/// A rate that is multiplied by a factor after every so many steps: η γ^⌊s / n⌋, `torch`'s `StepLR`.
///
/// ```
/// use katachi::schedule::{Schedule, StepDecay};
///
/// let schedule = Schedule::from(StepDecay::new(1.0, 100, 0.5));
/// assert_eq!((schedule.at(99), schedule.at(100), schedule.at(250)), (1.0, 0.5, 0.25));
/// ```
#[derive(Clone, Debug)]
pub struct StepDecay(ExponentialDecay);

impl StepDecay {
    /// From η = `initial_learning_rate`, multiplied by γ = `factor`, which is at least 0, after every n = `steps`, which
    /// are at least 1.
    pub fn new(initial_learning_rate: f64, steps: u64, factor: f64) -> Self {
        Self(ExponentialDecay::new(initial_learning_rate, steps, factor).staircase(true))
    }
}

impl Formula for StepDecay {
    fn at(&self, step: u64) -> f64 {
        self.0.at(step)
    }

    fn validate(&self) -> Result<(), Error> {
        let ExponentialDecay { initial_learning_rate, decay_steps, decay_rate, .. } = self.0;
        check::at_least_0("initial_learning_rate", initial_learning_rate)?;
        check::at_least_1("steps", decay_steps)?;
        check::at_least_0("factor", decay_rate)
    }
}

/// One rate after the other: Keras' `PiecewiseConstantDecay`.
///
/// As in Keras a boundary is the last step of its rate.
///
/// ```
/// use katachi::schedule::{PiecewiseConstantDecay, Schedule};
///
/// let schedule = Schedule::from(PiecewiseConstantDecay::new([100, 200], [0.1, 0.01, 0.001]));
/// assert_eq!((schedule.at(100), schedule.at(101), schedule.at(201)), (0.1, 0.01, 0.001));
/// ```
#[derive(Clone, Debug)]
pub struct PiecewiseConstantDecay {
    boundaries: Vec<u64>,
    values: Vec<f64>,
}

impl PiecewiseConstantDecay {
    /// The last steps of all rates but the last, each larger than the one before, and the rates.
    pub fn new(boundaries: impl Into<Vec<u64>>, values: impl Into<Vec<f64>>) -> Self {
        Self { boundaries: boundaries.into(), values: values.into() }
    }
}

impl Formula for PiecewiseConstantDecay {
    fn at(&self, step: u64) -> f64 {
        let piece = self.boundaries.partition_point(|boundary| *boundary < step);
        self.values.get(piece).copied().unwrap_or(f64::NAN)
    }

    fn validate(&self) -> Result<(), Error> {
        let Self { boundaries, values } = self;
        if values.len() != boundaries.len() + 1 {
            let value = format!("{} rates for {} boundaries", values.len(), boundaries.len());
            return Err(Error::Option { option: "values", value, must: "one rate more than there are boundaries" });
        }
        if !boundaries.is_sorted_by(|a, b| a < b) {
            let value = format!("{boundaries:?}");
            return Err(Error::Option {
                option: "boundaries",
                value,
                must: "steps that are each larger than the last",
            });
        }
        values.iter().try_for_each(|rate| check::at_least_0("values", *rate))
    }
}

/// A rate that decays by the same factor in equal times: η γ^(s / n), Keras' `ExponentialDecay`.
///
/// ```
/// use katachi::schedule::{ExponentialDecay, Schedule};
///
/// let schedule = Schedule::from(ExponentialDecay::new(0.1, 1000, 0.25));
/// assert_eq!((schedule.at(0), schedule.at(500), schedule.at(1000)), (0.1, 0.05, 0.025));
/// ```
#[derive(Clone, Debug)]
pub struct ExponentialDecay {
    initial_learning_rate: f64,
    decay_steps: u64,
    decay_rate: f64,
    staircase: bool,
}

impl ExponentialDecay {
    /// From η = `initial_learning_rate`, by the factor γ = `decay_rate`, which is at least 0, in n = `decay_steps`, which
    /// are at least 1.
    pub fn new(initial_learning_rate: f64, decay_steps: u64, decay_rate: f64) -> Self {
        Self { initial_learning_rate, decay_steps, decay_rate, staircase: false }
    }

    /// Whether the rate stays the same within n steps: η γ^⌊s / n⌋; not unless said.
    pub fn staircase(self, staircase: bool) -> Self {
        Self { staircase, ..self }
    }
}

impl Formula for ExponentialDecay {
    fn at(&self, step: u64) -> f64 {
        let times = times(step, self.decay_steps, self.staircase);
        self.initial_learning_rate * Element::powf(self.decay_rate, times)
    }

    fn validate(&self) -> Result<(), Error> {
        check::at_least_0("initial_learning_rate", self.initial_learning_rate)?;
        check::at_least_1("decay_steps", self.decay_steps)?;
        check::at_least_0("decay_rate", self.decay_rate)
    }
}

/// A rate that decays as one over the time: η / (1 + γ s / n), Keras' `InverseTimeDecay`.
///
/// ```
/// use katachi::schedule::{InverseTimeDecay, Schedule};
///
/// let schedule = Schedule::from(InverseTimeDecay::new(1.0, 100, 1.0));
/// assert_eq!((schedule.at(0), schedule.at(100), schedule.at(300)), (1.0, 0.5, 0.25));
/// ```
#[derive(Clone, Debug)]
pub struct InverseTimeDecay {
    initial_learning_rate: f64,
    decay_steps: u64,
    decay_rate: f64,
    staircase: bool,
}

impl InverseTimeDecay {
    /// From η = `initial_learning_rate`, with γ = `decay_rate`, which is at least 0, and n = `decay_steps`, which are at
    /// least 1.
    pub fn new(initial_learning_rate: f64, decay_steps: u64, decay_rate: f64) -> Self {
        Self { initial_learning_rate, decay_steps, decay_rate, staircase: false }
    }

    /// Whether the rate stays the same within n steps: η / (1 + γ ⌊s / n⌋); not unless said.
    pub fn staircase(self, staircase: bool) -> Self {
        Self { staircase, ..self }
    }
}

impl Formula for InverseTimeDecay {
    fn at(&self, step: u64) -> f64 {
        self.initial_learning_rate / (1.0 + self.decay_rate * times(step, self.decay_steps, self.staircase))
    }

    fn validate(&self) -> Result<(), Error> {
        check::at_least_0("initial_learning_rate", self.initial_learning_rate)?;
        check::at_least_1("decay_steps", self.decay_steps)?;
        check::at_least_0("decay_rate", self.decay_rate)
    }
}

/// How many times `steps` have passed.
fn times(step: u64, steps: u64, staircase: bool) -> f64 {
    let times = step as f64 / steps as f64;
    if staircase { times.floor() } else { times }
}
