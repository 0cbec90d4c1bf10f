//! [`OneCycle`].

use std::f64::consts::PI;

use katachi_core::element::Element;

use super::Formula;
use crate::error::Error;
use crate::optimizer::check;

/// A rate that goes up once, and then down to far below where it began (Smith and Topin, "Super-Convergence: Very Fast
/// Training of Neural Networks Using Large Learning Rates", 2018). `torch`'s `OneCycleLR` with its two phases and
/// `anneal_strategy="cos"`; the momentum is left alone.
///
/// From η / d by half a cosine to η at step p n - 1, and by another to η / (d f) at step n - 1, where it remains: `torch`
/// raises an error beyond.
///
/// ```
/// use katachi::schedule::{OneCycle, Schedule};
///
/// let schedule = Schedule::from(OneCycle::new(1.0, 101).pct_start(0.5).div_factor(4.0).final_div_factor(2.0));
/// assert_eq!((schedule.at(0), schedule.at(100), schedule.at(1000)), (0.25, 0.125, 0.125));
/// assert!(schedule.at(49) > 0.99 && schedule.at(50) > 0.99);
/// ```
#[derive(Clone, Debug)]
pub struct OneCycle {
    max_learning_rate: f64,
    total_steps: u64,
    pct_start: f64,
    div_factor: f64,
    final_div_factor: f64,
}

impl OneCycle {
    /// Up to η = `max_learning_rate`, in n = `total_steps` altogether, which are at least 1: epochs times
    /// the steps of an epoch.
    pub fn new(max_learning_rate: f64, total_steps: u64) -> Self {
        Self { max_learning_rate, total_steps, pct_start: 0.3, div_factor: 25.0, final_div_factor: 1e4 }
    }

    /// p, the part of the steps in which the rate goes up, from 0 to 1; 0.3 unless said.
    pub fn pct_start(self, pct_start: f64) -> Self {
        Self { pct_start, ..self }
    }

    /// d: the first rate is η / d; above 0, and 25 unless said.
    pub fn div_factor(self, div_factor: f64) -> Self {
        Self { div_factor, ..self }
    }

    /// f: the last rate is the first one divided by f; above 0, and 10⁴ unless said.
    pub fn final_div_factor(self, final_div_factor: f64) -> Self {
        Self { final_div_factor, ..self }
    }
}

impl Formula for OneCycle {
    fn at(&self, step: u64) -> f64 {
        let first = self.max_learning_rate / self.div_factor;
        let last = first / self.final_div_factor;
        let peak = self.pct_start * self.total_steps as f64 - 1.0;
        let end = self.total_steps as f64 - 1.0;
        let step = (step as f64).min(end);
        if step <= peak {
            // A cycle may begin at its peak.
            let fraction = if peak > 0.0 { step / peak } else { 1.0 };
            anneal(first, self.max_learning_rate, fraction)
        } else {
            anneal(self.max_learning_rate, last, (step - peak) / (end - peak))
        }
    }

    fn validate(&self) -> Result<(), Error> {
        check::at_least_0("max_learning_rate", self.max_learning_rate)?;
        check::at_least_1("total_steps", self.total_steps)?;
        check::from_0_to_1("pct_start", self.pct_start)?;
        check::above_0("div_factor", self.div_factor)?;
        check::above_0("final_div_factor", self.final_div_factor)
    }
}

/// From one rate to another by half a cosine.
fn anneal(from: f64, to: f64, fraction: f64) -> f64 {
    to + (from - to) / 2.0 * (Element::cos(PI * fraction) + 1.0)
}
