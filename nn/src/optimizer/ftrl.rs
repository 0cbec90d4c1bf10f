//! [`Ftrl`].

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, FtrlStep};

use super::{Optimizer, OptimizerState, Rate, check, prepare, rate_methods};
use crate::error::Error;
use crate::schedule::IntoSchedule;

/// FTRL-Proximal, "follow the regularized leader" (`McMahan` et al., "Ad Click Prediction: a View from the Trenches", 2013,
/// algorithm 1): for wide, shallow models, of which it makes many parameters exactly 0. Formulas and defaults are those of
/// Keras.
///
/// With p the negative of [`learning_rate_power`](Self::learning_rate_power), λ₁ and λ₂ the strengths of regularization and
/// s that of shrinkage: n′ = n + g², z ← z + g + 2 s w - (n′ᵖ - nᵖ) w / η, then
/// w ← (min(max(z, -λ₁), λ₁) - z) / (n′ᵖ / η + β / η + 2 λ₂) and n ← n′.
///
/// A parameter is computed from its gradients alone, so the value that it began with is soon forgotten. Where a sum n is 0,
/// as no gradient has come yet, the parameter becomes 0, where in Keras it is NaN.
///
/// ```
/// use katachi::optimizer::{Ftrl, Optimizer};
///
/// let mut ftrl = Ftrl::new(1.0).initial_accumulator_value(0.0).l1_regularization_strength(0.5);
/// let mut w = [0.0_f64, 0.0];
/// ftrl.update(&mut w, &[0.25, -2.0])?;
/// assert_eq!(w, [0.0, 0.75]); // -(-2 + 0.5) / √(2²)
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ftrl<T = f32> {
    rate: Rate,
    learning_rate_power: f64,
    initial_accumulator_value: f64,
    l1: f64,
    l2: f64,
    l2_shrinkage: f64,
    beta: f64,
    n: Vec<T>,
    z: Vec<T>,
}

impl<T: Element> Ftrl<T> {
    /// FTRL with the learning rate η, a number or a schedule, above 0; Keras' default is 0.001.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        Self {
            rate: Rate::new(learning_rate),
            learning_rate_power: -0.5,
            initial_accumulator_value: 0.1,
            l1: 0.0,
            l2: 0.0,
            l2_shrinkage: 0.0,
            beta: 0.0,
            n: Vec::new(),
            z: Vec::new(),
        }
    }

    /// The power of the sum of squares by which steps become smaller, at most 0; -0.5 unless said. 0 is a fixed rate.
    pub fn learning_rate_power(self, learning_rate_power: f64) -> Self {
        Self { learning_rate_power, ..self }
    }

    /// What the sums of squares begin with, at least 0; 0.1 unless said.
    pub fn initial_accumulator_value(self, initial_accumulator_value: f64) -> Self {
        Self { initial_accumulator_value, ..self }
    }

    /// λ₁, at least 0; 0 unless said. The larger it is, the more parameters are 0.
    pub fn l1_regularization_strength(self, strength: f64) -> Self {
        Self { l1: strength, ..self }
    }

    /// λ₂, at least 0; 0 unless said. It keeps parameters small, and does not change what the steps converge to.
    pub fn l2_regularization_strength(self, strength: f64) -> Self {
        Self { l2: strength, ..self }
    }

    /// s, at least 0; 0 unless said: as a penalty s w² of the loss, so that steps converge to smaller parameters.
    pub fn l2_shrinkage_regularization_strength(self, strength: f64) -> Self {
        Self { l2_shrinkage: strength, ..self }
    }

    /// β of the paper, at least 0, which makes the first steps smaller; 0 unless said.
    pub fn beta(self, beta: f64) -> Self {
        Self { beta, ..self }
    }
}

impl<T: Element> Optimizer<T> for Ftrl<T> {
    fn validate(&self) -> Result<(), Error> {
        self.rate.validate()?;
        let rate = self.rate.now();
        check::that(rate > 0.0, "learning_rate", rate, "above 0, for this optimizer divides by it")?;
        let power = self.learning_rate_power;
        check::that(power <= 0.0 && power.is_finite(), "learning_rate_power", power, "a finite number of at most 0")?;
        check::at_least_0("initial_accumulator_value", self.initial_accumulator_value)?;
        check::at_least_0("l1_regularization_strength", self.l1)?;
        check::at_least_0("l2_regularization_strength", self.l2)?;
        check::at_least_0("l2_shrinkage_regularization_strength", self.l2_shrinkage)?;
        check::at_least_0("beta", self.beta)
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        prepare(parameters, gradient, [(&mut self.n, self.initial_accumulator_value), (&mut self.z, 0.0)])?;
        let rate = self.rate.now();
        let step = FtrlStep {
            learning_rate: T::from_f64(rate),
            power: T::from_f64(-self.learning_rate_power),
            l1: T::from_f64(self.l1),
            l2: T::from_f64(2.0 * self.l2 + self.beta / rate),
            shrinkage: T::from_f64(2.0 * self.l2_shrinkage),
        };
        kernels::ftrl(step, parameters, gradient, &mut self.n, &mut self.z);
        self.rate.advance();
        Ok(())
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        let arrays = vec![("accumulator".into(), &mut self.n), ("linear".into(), &mut self.z)];
        OptimizerState { numbers: self.rate.numbers(), arrays }
    }

    rate_methods!();

    fn reset(&mut self) {
        self.rate.reset();
        self.n.clear();
        self.z.clear();
    }
}
