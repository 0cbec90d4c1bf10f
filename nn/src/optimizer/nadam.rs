//! [`Nadam`].

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, NadamStep};

use super::{Optimizer, OptimizerState, Rate, check, prepare, rate_methods};
use crate::error::Error;
use crate::schedule::IntoSchedule;

/// Nadam (Dozat, "Incorporating Nesterov Momentum into Adam", 2016): [`Adam`](super::Adam) whose step goes on from where
/// the mean of gradients will lead. Formulas and defaults are those of Keras.
///
/// In step t, with μₜ = β₁ (1 - ½ 0.96ᵗ) and Πₜ = μ₁ ⋯ μₜ: m ← m + (1 - β₁)(g - m), v ← v + (1 - β₂)(g² - v), then
/// w ← w - η m̂ / (√v̂ + ε) with m̂ = μₜ₊₁ m / (1 - Πₜ₊₁) + (1 - μₜ) g / (1 - Πₜ) and v̂ = v / (1 - β₂ᵗ).
///
/// ```
/// use katachi::optimizer::{Nadam, Optimizer};
///
/// let mut nadam = Nadam::new(0.1);
/// let mut w = [3.0_f64];
/// for _ in 0..200 {
///     let gradient = [2.0 * w[0]]; // of w²
///     nadam.update(&mut w, &gradient)?;
/// }
/// assert!(w[0].abs() < 0.1);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Nadam<T = f32> {
    rate: Rate,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
    powers: Powers,
    m: Vec<T>,
    v: Vec<T>,
}

/// What depends on the number of steps alone, as running products: `powi` may differ from machine to machine.
#[derive(Clone, Copy, Debug)]
struct Powers {
    /// 0.96ᵗ after t steps.
    decay: f64,
    /// Πₜ.
    product: f64,
    /// β₂ᵗ.
    beta_2: f64,
}

impl Powers {
    const NONE: Self = Self { decay: 1.0, product: 1.0, beta_2: 1.0 };
}

impl<T: Element> Nadam<T> {
    /// Nadam with the learning rate η, a number or a schedule; Keras' default is 0.001.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        let (rate, m, v) = (Rate::new(learning_rate), Vec::new(), Vec::new());
        Self { rate, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, powers: Powers::NONE, m, v }
    }

    /// How much of the mean of gradients remains in each step, from 0 to below 1; 0.9 unless said.
    pub fn beta_1(self, beta_1: f64) -> Self {
        Self { beta_1, ..self }
    }

    /// How much of the mean of squared gradients remains in each step, from 0 to below 1; 0.999 unless said.
    pub fn beta_2(self, beta_2: f64) -> Self {
        Self { beta_2, ..self }
    }

    /// What keeps the step finite where the gradients are 0, above 0; 10⁻⁷ unless said.
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }
}

impl<T: Element> Optimizer<T> for Nadam<T> {
    fn validate(&self) -> Result<(), Error> {
        self.rate.validate()?;
        check::part("beta_1", self.beta_1)?;
        check::part("beta_2", self.beta_2)?;
        check::above_0("epsilon", self.epsilon)
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        prepare(parameters, gradient, [(&mut self.m, 0.0), (&mut self.v, 0.0)])?;
        let Powers { decay, product, beta_2 } = self.powers;
        let decay = decay * 0.96;
        let [now, next] = [decay, decay * 0.96].map(|decay| self.beta_1 * (1.0 - 0.5 * decay));
        self.powers = Powers { decay, product: product * now, beta_2: beta_2 * self.beta_2 };
        let step = NadamStep {
            learning_rate: T::from_f64(self.rate.now()),
            rest_1: T::from_f64(1.0 - self.beta_1),
            rest_2: T::from_f64(1.0 - self.beta_2),
            of_moment: T::from_f64(next / (1.0 - self.powers.product * next)),
            of_gradient: T::from_f64((1.0 - now) / (1.0 - self.powers.product)),
            correction: T::from_f64(1.0 / (1.0 - self.powers.beta_2)),
            epsilon: T::from_f64(self.epsilon),
        };
        kernels::nadam(step, parameters, gradient, &mut self.m, &mut self.v);
        self.rate.advance();
        Ok(())
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        let mut numbers = self.rate.numbers();
        numbers.push(("decay_power".into(), &mut self.powers.decay));
        numbers.push(("momentum_product".into(), &mut self.powers.product));
        numbers.push(("beta_2_power".into(), &mut self.powers.beta_2));
        OptimizerState { numbers, arrays: vec![("momentum".into(), &mut self.m), ("velocity".into(), &mut self.v)] }
    }

    rate_methods!();

    fn reset(&mut self) {
        self.rate.reset();
        self.powers = Powers::NONE;
        self.m.clear();
        self.v.clear();
    }
}
