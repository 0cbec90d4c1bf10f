//! [`Adam`].

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, AdamStep};

use super::{Optimizer, OptimizerState, Rate, check, prepare, rate_methods};
use crate::error::Error;
use crate::schedule::IntoSchedule;

/// Adam (Kingma and Ba, 2015): a step for each parameter by the mean of its gradients, over the root of the mean of
/// their squares. Formulas and defaults are those of Keras.
///
/// In step t: m ← m + (1 - β₁)(g - m), v ← v + (1 - β₂)(g² - v), w ← w - α m / (√v + ε) with
/// α = η √(1 - β₂ᵗ) / (1 - β₁ᵗ), which corrects that both means begin at 0. As `AMSGrad` (Reddi, Kale and Kumar, "On the
/// Convergence of Adam and Beyond", 2018) it takes in place of v the largest v so far.
///
/// ```
/// use katachi::optimizer::{Adam, Optimizer};
///
/// let mut adam = Adam::new(1e-3);
/// let mut w = [1.0_f64, 1.0];
/// adam.update(&mut w, &[0.5, -100.0])?; // The first step goes η far, however large the gradient.
/// assert!((w[0] - 0.999).abs() < 1e-8 && (w[1] - 1.001).abs() < 1e-8);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Adam<T = f32> {
    rate: Rate,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
    /// β₁ᵗ and β₂ᵗ after t steps, as running products: `powi` may differ from machine to machine.
    powers: (f64, f64),
    amsgrad: bool,
    m: Vec<T>,
    v: Vec<T>,
    /// The largest v so far, for `AMSGrad`.
    h: Vec<T>,
}

impl<T: Element> Adam<T> {
    /// Adam with the learning rate η, a number or a schedule; Keras' default is 0.001.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        let (m, v, h) = (Vec::new(), Vec::new(), Vec::new());
        let rate = Rate::new(learning_rate);
        Self { rate, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false, powers: (1.0, 1.0), m, v, h }
    }

    /// How much of the mean of gradients remains in each step, from 0 to below 1; 0.9 unless said.
    pub fn beta_1(self, beta_1: f64) -> Self {
        Self { beta_1, ..self }
    }

    /// How much of the mean of squared gradients remains in each step, from 0 to below 1; 0.999 unless said.
    pub fn beta_2(self, beta_2: f64) -> Self {
        Self { beta_2, ..self }
    }

    /// What keeps the step finite where the gradients are 0, above 0; 10⁻⁷ unless said (`torch.optim.Adam` takes 10⁻⁸).
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }

    /// Whether the step is over the largest mean of squares so far; not unless said.
    pub fn amsgrad(self, amsgrad: bool) -> Self {
        Self { amsgrad, ..self }
    }
}

impl<T: Element> Optimizer<T> for Adam<T> {
    fn validate(&self) -> Result<(), Error> {
        self.rate.validate()?;
        check::part("beta_1", self.beta_1)?;
        check::part("beta_2", self.beta_2)?;
        check::above_0("epsilon", self.epsilon)
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        let length = prepare(parameters, gradient, [(&mut self.m, 0.0), (&mut self.v, 0.0)])?;
        if self.amsgrad {
            length.of(&mut self.h, 0.0)?;
        }
        self.powers = (self.powers.0 * self.beta_1, self.powers.1 * self.beta_2);
        let step = AdamStep {
            learning_rate: T::from_f64(self.rate.now() * (1.0 - self.powers.1).sqrt() / (1.0 - self.powers.0)),
            rest_1: T::from_f64(1.0 - self.beta_1),
            rest_2: T::from_f64(1.0 - self.beta_2),
            epsilon: T::from_f64(self.epsilon),
        };
        let Self { m, v, h, .. } = self;
        if self.amsgrad {
            kernels::amsgrad(step, parameters, gradient, m, v, h);
        } else {
            kernels::adam(step, parameters, gradient, m, v);
        }
        self.rate.advance();
        Ok(())
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        let mut numbers = self.rate.numbers();
        numbers.push(("beta_1_power".into(), &mut self.powers.0));
        numbers.push(("beta_2_power".into(), &mut self.powers.1));
        let arrays = vec![
            ("momentum".into(), &mut self.m),
            ("velocity".into(), &mut self.v),
            ("velocity_hat".into(), &mut self.h),
        ];
        OptimizerState { numbers, arrays }
    }

    rate_methods!();

    fn reset(&mut self) {
        self.rate.reset();
        self.powers = (1.0, 1.0);
        self.m.clear();
        self.v.clear();
        self.h.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_those_of_the_paper() {
        let gradients = [0.5_f64, -2.0, 0.0, 3.0, 1e-3];
        let (eta, beta_1, beta_2, epsilon) = (0.1, 0.8, 0.95, 1e-5);
        let mut adam = Adam::new(eta).beta_1(beta_1).beta_2(beta_2).epsilon(epsilon);
        let mut w = [1.0];
        let (mut expected, mut m, mut v) = (1.0, 0.0, 0.0_f64);
        for (t, g) in (1..).zip(gradients) {
            adam.update(&mut w, &[g]).unwrap();
            m = beta_1 * m + (1.0 - beta_1) * g;
            v = beta_2 * v + (1.0 - beta_2) * g * g;
            let alpha = eta * (1.0 - beta_2.powi(t)).sqrt() / (1.0 - beta_1.powi(t));
            expected -= alpha * m / (v.sqrt() + epsilon);
            assert!((w[0] - expected).abs() < 1e-13, "step {t}: {} is not {expected}", w[0]);
        }
    }

    #[test]
    fn a_reset_optimizer_is_as_new() {
        let mut used = Adam::new(0.1);
        used.update(&mut [1.0_f32], &[3.0]).unwrap();
        used.reset();
        let (mut a, mut b) = ([1.0_f32], [1.0_f32]);
        used.update(&mut a, &[0.5]).unwrap();
        Adam::new(0.1).update(&mut b, &[0.5]).unwrap();
        assert_eq!(a, b);
    }

    #[test]
    fn options_are_checked() {
        let text = |adam: Adam| adam.validate().unwrap_err().to_string();
        assert_eq!(text(Adam::new(1e-3).beta_1(1.0)), "`beta_1` is 1, but it must be from 0 to below 1");
        assert_eq!(text(Adam::new(1e-3).beta_2(-0.1)), "`beta_2` is -0.1, but it must be from 0 to below 1");
        assert_eq!(text(Adam::new(1e-3).epsilon(0.0)), "`epsilon` is 0, but it must be a finite number above 0");
        assert!(text(Adam::new(-1e-3)).starts_with("`learning_rate` is -0.001"));
    }
}
