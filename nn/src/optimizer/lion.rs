//! [`Lion`].

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, LionStep};

use super::{Optimizer, OptimizerState, Rate, check, prepare, rate_methods};
use crate::error::Error;
use crate::schedule::IntoSchedule;

/// Lion (Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023): every parameter goes η far, in the direction
/// that gradients have had of late. Formulas and defaults are those of Keras.
///
/// w ← w - η sign(β₁ m + (1 - β₁) g), then m ← β₂ m + (1 - β₂) g. A step is larger than one of Adam's, so the paper takes a
/// rate three to ten times smaller, and a weight decay as many times larger.
///
/// ```
/// use katachi::optimizer::{Lion, Optimizer};
///
/// let mut lion = Lion::new(0.25);
/// let mut w = [1.0_f32, 1.0, 1.0];
/// lion.update(&mut w, &[1e-3, -100.0, 0.0])?;
/// assert_eq!(w, [0.75, 1.25, 1.0]);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lion<T = f32> {
    rate: Rate,
    beta_1: f64,
    beta_2: f64,
    m: Vec<T>,
}

impl<T: Element> Lion<T> {
    /// Lion with the learning rate η, a number or a schedule; Keras' default is 0.001.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        Self { rate: Rate::new(learning_rate), beta_1: 0.9, beta_2: 0.99, m: Vec::new() }
    }

    /// How much the mean of gradients counts in a step, beside the gradient, above 0 and at most 1; 0.9 unless said.
    pub fn beta_1(self, beta_1: f64) -> Self {
        Self { beta_1, ..self }
    }

    /// How much of the mean of gradients remains in each step, from 0 to below 1; 0.99 unless said.
    pub fn beta_2(self, beta_2: f64) -> Self {
        Self { beta_2, ..self }
    }
}

impl<T: Element> Optimizer<T> for Lion<T> {
    fn validate(&self) -> Result<(), Error> {
        self.rate.validate()?;
        let is_part = self.beta_1 > 0.0 && self.beta_1 <= 1.0;
        check::that(is_part, "beta_1", self.beta_1, "above 0 and at most 1")?;
        check::part("beta_2", self.beta_2)
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        prepare(parameters, gradient, [(&mut self.m, 0.0)])?;
        let step = LionStep {
            learning_rate: T::from_f64(self.rate.now()),
            beta_1: T::from_f64(self.beta_1),
            rest_1: T::from_f64(1.0 - self.beta_1),
            beta_2: T::from_f64(self.beta_2),
            rest_2: T::from_f64(1.0 - self.beta_2),
        };
        kernels::lion(step, parameters, gradient, &mut self.m);
        self.rate.advance();
        Ok(())
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        OptimizerState { numbers: self.rate.numbers(), arrays: vec![("momentum".into(), &mut self.m)] }
    }

    rate_methods!();

    fn reset(&mut self) {
        self.rate.reset();
        self.m.clear();
    }
}
