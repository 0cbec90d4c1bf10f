//! Schedules by half a cosine: [`CosineDecay`], [`CosineDecayRestarts`].

use std::f64::consts::PI;

use katachi_core::element::Element;

use super::Formula;
use crate::error::Error;
use crate::optimizer::check;

/// Half a cosine from 1 to 0, of a fraction from 0 to 1.
fn half_cosine(fraction: f64) -> f64 {
    0.5 * (1.0 + Element::cos(PI * fraction))
}

/// A rate that goes down by half a cosine (Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts",
/// 2017, equation 5): η ((1 - α) (1 + cos(π s / n)) / 2 + α), then α η. Keras' `CosineDecay`.
///
/// ```
/// use katachi::schedule::{CosineDecay, Schedule};
///
/// let schedule = Schedule::from(CosineDecay::new(0.1, 1000));
/// assert_eq!((schedule.at(0), schedule.at(1000), schedule.at(2000)), (0.1, 0.0, 0.0));
/// assert!((schedule.at(500) - 0.05).abs() < 1e-15);
///
/// // As Keras writes a warm-up; the same is `CosineDecay::new(0.1, 1000).warmup(100)`.
/// let schedule = Schedule::from(CosineDecay::new(0.0, 1000).warmup_target(0.1, 100));
/// assert_eq!((schedule.at(0), schedule.at(50), schedule.at(100), schedule.at(1100)), (0.0, 0.05, 0.1, 0.0));
/// ```
#[derive(Clone, Debug)]
pub struct CosineDecay {
    initial_learning_rate: f64,
    decay_steps: u64,
    alpha: f64,
    warmup: Option<(f64, u64)>,
}

impl CosineDecay {
    /// From η = `initial_learning_rate` in n = `decay_steps`, which are at least 1.
    pub fn new(initial_learning_rate: f64, decay_steps: u64) -> Self {
        Self { initial_learning_rate, decay_steps, alpha: 0.0, warmup: None }
    }

    /// α, the last rate as a part of η, from 0 to 1; 0 unless said.
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// Lets the rate rise evenly from the initial one to `target` in so many steps, and only then decay, from there.
    pub fn warmup_target(self, target: f64, warmup_steps: u64) -> Self {
        Self { warmup: Some((target, warmup_steps)), ..self }
    }
}

impl Formula for CosineDecay {
    fn at(&self, step: u64) -> f64 {
        let (peak, warmup_steps) = self.warmup.unwrap_or((self.initial_learning_rate, 0));
        if step < warmup_steps {
            let risen = (peak - self.initial_learning_rate) * (step as f64 / warmup_steps as f64);
            return self.initial_learning_rate + risen;
        }
        let fraction = (step - warmup_steps).min(self.decay_steps) as f64 / self.decay_steps as f64;
        peak * ((1.0 - self.alpha) * half_cosine(fraction) + self.alpha)
    }

    fn validate(&self) -> Result<(), Error> {
        check::at_least_0("initial_learning_rate", self.initial_learning_rate)?;
        check::at_least_1("decay_steps", self.decay_steps)?;
        check::from_0_to_1("alpha", self.alpha)?;
        self.warmup.map_or(Ok(()), |(target, _)| check::at_least_0("warmup_target", target))
    }
}

/// A rate that goes down by half a cosine, again and again (Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with
/// Warm Restarts", 2017). Keras' `CosineDecayRestarts`.
///
/// The i-th time, counted from 0, it goes from η μⁱ down in n τⁱ steps: η ((1 - α) μⁱ (1 + cos(π f)) / 2 + α), where f is
/// the part of those steps that is done.
///
/// ```
/// use katachi::schedule::{CosineDecayRestarts, Schedule};
///
/// let schedule = Schedule::from(CosineDecayRestarts::new(0.1, 100).m_mul(0.5));
/// assert_eq!((schedule.at(0), schedule.at(100), schedule.at(300)), (0.1, 0.05, 0.025));
/// assert!((schedule.at(50) - 0.05).abs() < 1e-15 && (schedule.at(200) - 0.025).abs() < 1e-15);
/// ```
#[derive(Clone, Debug)]
pub struct CosineDecayRestarts {
    initial_learning_rate: f64,
    first_decay_steps: u64,
    t_mul: f64,
    m_mul: f64,
    alpha: f64,
}

impl CosineDecayRestarts {
    /// From η = `initial_learning_rate`, the first time in n = `first_decay_steps`, which are at least 1.
    pub fn new(initial_learning_rate: f64, first_decay_steps: u64) -> Self {
        Self { initial_learning_rate, first_decay_steps, t_mul: 2.0, m_mul: 1.0, alpha: 0.0 }
    }

    /// τ, by which each time is longer than the last, at least 1; 2 unless said.
    pub fn t_mul(self, t_mul: f64) -> Self {
        Self { t_mul, ..self }
    }

    /// μ, by which each time begins with another rate than the last, at least 0; 1 unless said.
    pub fn m_mul(self, m_mul: f64) -> Self {
        Self { m_mul, ..self }
    }

    /// α, the lowest rate as a part of η, from 0 to 1; 0 unless said.
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// How many restarts there were, and the part of the steps since then that is done.
    fn restarts(&self, step: u64) -> (f64, f64) {
        let tau = self.t_mul;
        let done = step as f64 / self.first_decay_steps as f64;
        if tau <= 1.0 {
            return (done.floor(), done - done.floor());
        }
        // Where the i-th time begins, in units of the first.
        let start = |i: f64| (Element::powf(tau, i) - 1.0) / (tau - 1.0);
        let mut i = (Element::ln(1.0 + done * (tau - 1.0)) / Element::ln(tau)).floor();
        // The logarithms are rounded, so at a restart the number may be one off.
        if start(i) > done {
            i -= 1.0;
        } else if start(i + 1.0) <= done {
            i += 1.0;
        }
        (i, (done - start(i)) / Element::powf(tau, i))
    }
}

impl Formula for CosineDecayRestarts {
    fn at(&self, step: u64) -> f64 {
        let (restarts, fraction) = self.restarts(step);
        let down = Element::powf(self.m_mul, restarts) * half_cosine(fraction);
        self.initial_learning_rate * ((1.0 - self.alpha) * down + self.alpha)
    }

    fn validate(&self) -> Result<(), Error> {
        check::at_least_0("initial_learning_rate", self.initial_learning_rate)?;
        check::at_least_1("first_decay_steps", self.first_decay_steps)?;
        let is_longer = self.t_mul.is_finite() && self.t_mul >= 1.0;
        check::that(is_longer, "t_mul", self.t_mul, "a finite number of at least 1")?;
        check::at_least_0("m_mul", self.m_mul)?;
        check::from_0_to_1("alpha", self.alpha)
    }
}
