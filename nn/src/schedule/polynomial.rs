//! [`PolynomialDecay`].

use katachi_core::element::Element;

use super::Formula;
use crate::error::Error;
use crate::optimizer::check;

/// A rate that goes from one to another in so many steps: (η - ζ) (1 - s / n)ᵖ + ζ, then ζ. Keras' `PolynomialDecay`.
///
/// ```
/// use katachi::schedule::{PolynomialDecay, Schedule};
///
/// let schedule = Schedule::from(PolynomialDecay::new(0.5, 100).end_learning_rate(0.25));
/// assert_eq!((schedule.at(0), schedule.at(50), schedule.at(100), schedule.at(101)), (0.5, 0.375, 0.25, 0.25));
/// ```
#[derive(Clone, Debug)]
pub struct PolynomialDecay {
    initial_learning_rate: f64,
    decay_steps: u64,
    end_learning_rate: f64,
    power: f64,
    cycle: bool,
}

impl PolynomialDecay {
    /// From η = `initial_learning_rate` in n = `decay_steps`, which are at least 1.
    pub fn new(initial_learning_rate: f64, decay_steps: u64) -> Self {
        Self { initial_learning_rate, decay_steps, end_learning_rate: 1e-4, power: 1.0, cycle: false }
    }

    /// ζ; 10⁻⁴ unless said.
    pub fn end_learning_rate(self, end_learning_rate: f64) -> Self {
        Self { end_learning_rate, ..self }
    }

    /// p, at least 0; 1 unless said, which is a straight line.
    pub fn power(self, power: f64) -> Self {
        Self { power, ..self }
    }

    /// Whether the rate goes up again after n steps; not unless said. The n of a step is then the smallest multiple of the n
    /// given that is not less than the step.
    pub fn cycle(self, cycle: bool) -> Self {
        Self { cycle, ..self }
    }
}

impl Formula for PolynomialDecay {
    fn at(&self, step: u64) -> f64 {
        let (step, steps) = if self.cycle {
            let cycles = step.div_ceil(self.decay_steps.max(1)).max(1);
            (step as f64, self.decay_steps as f64 * cycles as f64)
        } else {
            (step.min(self.decay_steps) as f64, self.decay_steps as f64)
        };
        let rest = Element::powf(1.0 - step / steps, self.power);
        (self.initial_learning_rate - self.end_learning_rate) * rest + self.end_learning_rate
    }

    fn validate(&self) -> Result<(), Error> {
        check::at_least_0("initial_learning_rate", self.initial_learning_rate)?;
        check::at_least_1("decay_steps", self.decay_steps)?;
        check::at_least_0("end_learning_rate", self.end_learning_rate)?;
        check::at_least_0("power", self.power)
    }
}
