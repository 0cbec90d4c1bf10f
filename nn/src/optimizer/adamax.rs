//! [`Adamax`].

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, AdamaxStep};

use super::{Optimizer, OptimizerState, Rate, check, prepare, rate_methods};
use crate::error::Error;
use crate::schedule::IntoSchedule;

/// Adamax (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 2): a step for each parameter by
/// the mean of its gradients, over the largest of them of late. Formulas and defaults are those of Keras.
///
/// In step t: m ← m + (1 - β₁)(g - m), u ← max(β₂ u, |g|), w ← w - η / (1 - β₁ᵗ) · m / (u + ε).
///
/// ```
/// use katachi::optimizer::{Adamax, Optimizer};
///
/// let mut adamax = Adamax::new(1e-3);
/// let mut w = [1.0_f64, 1.0];
/// adamax.update(&mut w, &[0.5, -100.0])?; // The first step goes η far, however large the gradient.
/// assert!((w[0] - 0.999).abs() < 1e-8 && (w[1] - 1.001).abs() < 1e-8);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Adamax<T = f32> {
    rate: Rate,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
    /// β₁ᵗ after t steps.
    power: f64,
    m: Vec<T>,
    u: Vec<T>,
}

impl<T: Element> Adamax<T> {
    /// Adamax with the learning rate η, a number or a schedule; Keras' default is 0.001.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        let (rate, m, u) = (Rate::new(learning_rate), Vec::new(), Vec::new());
        Self { rate, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, power: 1.0, m, u }
    }

    /// How much of the mean of gradients remains in each step, from 0 to below 1; 0.9 unless said.
    pub fn beta_1(self, beta_1: f64) -> Self {
        Self { beta_1, ..self }
    }

    /// How much of the largest gradient remains in each step, from 0 to below 1; 0.999 unless said.
    pub fn beta_2(self, beta_2: f64) -> Self {
        Self { beta_2, ..self }
    }

    /// What keeps the step finite where the gradients are 0, above 0; 10⁻⁷ unless said.
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }
}

impl<T: Element> Optimizer<T> for Adamax<T> {
    fn validate(&self) -> Result<(), Error> {
        self.rate.validate()?;
        check::part("beta_1", self.beta_1)?;
        check::part("beta_2", self.beta_2)?;
        check::above_0("epsilon", self.epsilon)
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        prepare(parameters, gradient, [(&mut self.m, 0.0), (&mut self.u, 0.0)])?;
        self.power *= self.beta_1;
        let step = AdamaxStep {
            learning_rate: T::from_f64(self.rate.now() / (1.0 - self.power)),
            rest_1: T::from_f64(1.0 - self.beta_1),
            beta_2: T::from_f64(self.beta_2),
            epsilon: T::from_f64(self.epsilon),
        };
        kernels::adamax(step, parameters, gradient, &mut self.m, &mut self.u);
        self.rate.advance();
        Ok(())
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        let mut numbers = self.rate.numbers();
        numbers.push(("beta_1_power".into(), &mut self.power));
        OptimizerState { numbers, arrays: vec![("momentum".into(), &mut self.m), ("norm".into(), &mut self.u)] }
    }

    rate_methods!();

    fn reset(&mut self) {
        self.rate.reset();
        self.power = 1.0;
        self.m.clear();
        self.u.clear();
    }
}
