//! [`Adadelta`].

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, AdadeltaStep};

use super::{Optimizer, OptimizerState, Rate, check, prepare, rate_methods};
use crate::error::Error;
use crate::schedule::IntoSchedule;

/// Adadelta (Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012): a step for each parameter as large as its steps
/// of late, by its gradient over the root of the mean of its squared gradients. Formulas and defaults are those of Keras.
///
/// a ← ρ a + (1 - ρ) g², d = √(x + ε) g / √(a + ε), x ← ρ x + (1 - ρ) d², w ← w - η d. The paper has no η, which is η = 1.
///
/// ```
/// use katachi::optimizer::{Adadelta, Optimizer};
///
/// let mut adadelta = Adadelta::new(1.0).epsilon(1e-6);
/// let mut w = [1.0_f64];
/// adadelta.update(&mut w, &[2.0])?; // √10⁻⁶ · 2 / √(0.05 · 2² + 10⁻⁶)
/// assert!((w[0] - (1.0 - 0.002 / 0.200001_f64.sqrt())).abs() < 1e-12);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Adadelta<T = f32> {
    rate: Rate,
    rho: f64,
    epsilon: f64,
    a: Vec<T>,
    x: Vec<T>,
}

impl<T: Element> Adadelta<T> {
    /// Adadelta with the learning rate η, a number or a schedule; Keras' default is 0.001, the paper's 1.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        Self { rate: Rate::new(learning_rate), rho: 0.95, epsilon: 1e-7, a: Vec::new(), x: Vec::new() }
    }

    /// How much of both means remains in each step, from 0 to below 1; 0.95 unless said.
    pub fn rho(self, rho: f64) -> Self {
        Self { rho, ..self }
    }

    /// What the first step begins with, above 0; 10⁻⁷ unless said. It stands under both roots.
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }
}

impl<T: Element> Optimizer<T> for Adadelta<T> {
    fn validate(&self) -> Result<(), Error> {
        self.rate.validate()?;
        check::part("rho", self.rho)?;
        check::above_0("epsilon", self.epsilon)
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        prepare(parameters, gradient, [(&mut self.a, 0.0), (&mut self.x, 0.0)])?;
        let step = AdadeltaStep {
            learning_rate: T::from_f64(self.rate.now()),
            rho: T::from_f64(self.rho),
            rest: T::from_f64(1.0 - self.rho),
            epsilon: T::from_f64(self.epsilon),
        };
        kernels::adadelta(step, parameters, gradient, &mut self.a, &mut self.x);
        self.rate.advance();
        Ok(())
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        let arrays = vec![("accumulated_grad".into(), &mut self.a), ("accumulated_delta_var".into(), &mut self.x)];
        OptimizerState { numbers: self.rate.numbers(), arrays }
    }

    rate_methods!();

    fn reset(&mut self) {
        self.rate.reset();
        self.a.clear();
        self.x.clear();
    }
}
