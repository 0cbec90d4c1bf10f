//! [`Adagrad`].

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, AdagradStep};

use super::{Optimizer, OptimizerState, Rate, check, prepare, rate_methods};
use crate::error::Error;
use crate::schedule::IntoSchedule;

/// Adagrad (Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
/// 2011): a step for each parameter by its gradient over the root of the sum of all its squared gradients. Formulas and
/// defaults are those of Keras.
///
/// a ← a + g², w ← w - η g / √(a + ε). Steps become ever smaller, so the rate is often larger than that of others: in the
/// paper it is 1.
///
/// ```
/// use katachi::optimizer::{Adagrad, Optimizer};
///
/// let mut adagrad = Adagrad::new(1.0).initial_accumulator_value(0.0);
/// let mut w = [5.0_f64];
/// adagrad.update(&mut w, &[3.0])?; // 3 / √3²
/// adagrad.update(&mut w, &[4.0])?; // 4 / √(3² + 4²)
/// assert!((w[0] - (5.0 - 1.0 - 0.8)).abs() < 1e-7);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Adagrad<T = f32> {
    rate: Rate,
    initial_accumulator_value: f64,
    epsilon: f64,
    a: Vec<T>,
}

impl<T: Element> Adagrad<T> {
    /// Adagrad with the learning rate η, a number or a schedule; Keras' default is 0.001.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        Self { rate: Rate::new(learning_rate), initial_accumulator_value: 0.1, epsilon: 1e-7, a: Vec::new() }
    }

    /// What the sums of squares begin with, at least 0; 0.1 unless said.
    pub fn initial_accumulator_value(self, initial_accumulator_value: f64) -> Self {
        Self { initial_accumulator_value, ..self }
    }

    /// What keeps the step finite where the sum is 0, above 0; 10⁻⁷ unless said. It stands under the root.
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }
}

impl<T: Element> Optimizer<T> for Adagrad<T> {
    fn validate(&self) -> Result<(), Error> {
        self.rate.validate()?;
        check::at_least_0("initial_accumulator_value", self.initial_accumulator_value)?;
        check::above_0("epsilon", self.epsilon)
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        prepare(parameters, gradient, [(&mut self.a, self.initial_accumulator_value)])?;
        let step = AdagradStep { learning_rate: T::from_f64(self.rate.now()), epsilon: T::from_f64(self.epsilon) };
        kernels::adagrad(step, parameters, gradient, &mut self.a);
        self.rate.advance();
        Ok(())
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        OptimizerState { numbers: self.rate.numbers(), arrays: vec![("accumulator".into(), &mut self.a)] }
    }

    rate_methods!();

    fn reset(&mut self) {
        self.rate.reset();
        self.a.clear();
    }
}
