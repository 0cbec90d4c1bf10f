//! [`Sgd`].

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, SgdStep};

use super::{Optimizer, OptimizerState, Rate, check, prepare, rate_methods};
use crate::error::Error;
use crate::schedule::IntoSchedule;

/// Stochastic gradient descent, with momentum if asked for. Formulas and defaults are those of Keras.
///
/// Without momentum w ← w - η g. With momentum μ: v ← μ v - η g, then w ← w + v, or with Nesterov's
/// w ← w + μ v - η g (Sutskever et al., 2013).
///
/// ```
/// use katachi::optimizer::{Optimizer, Sgd};
///
/// let mut sgd = Sgd::new(0.5).momentum(0.5);
/// let mut w = [1.0_f32];
/// sgd.update(&mut w, &[1.0])?; // v = -0.5
/// assert_eq!(w, [0.5]);
/// sgd.update(&mut w, &[1.0])?; // v = -0.75
/// assert_eq!(w, [-0.25]);
///
/// let error = Sgd::new(-1.0).update(&mut w, &[1.0]).unwrap_err();
/// assert_eq!(error.to_string(), "`learning_rate` is -1, but it must be a finite number of at least 0");
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sgd<T = f32> {
    rate: Rate,
    momentum: f64,
    nesterov: bool,
    velocity: Vec<T>,
}

impl<T: Element> Sgd<T> {
    /// Descent with the learning rate η, a number or a schedule; Keras' default is 0.01.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        Self { rate: Rate::new(learning_rate), momentum: 0.0, nesterov: false, velocity: Vec::new() }
    }

    /// How much of the last step's velocity remains, from 0 to 1; 0 unless said.
    pub fn momentum(self, momentum: f64) -> Self {
        Self { momentum, ..self }
    }

    /// Whether the gradient is applied as if the velocity had been followed already; not unless said.
    pub fn nesterov(self, nesterov: bool) -> Self {
        Self { nesterov, ..self }
    }
}

impl<T: Element> Optimizer<T> for Sgd<T> {
    fn validate(&self) -> Result<(), Error> {
        self.rate.validate()?;
        check::from_0_to_1("momentum", self.momentum)
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        let length = prepare(parameters, gradient, [])?;
        if self.momentum != 0.0 {
            length.of(&mut self.velocity, 0.0)?;
        }
        let step = SgdStep {
            learning_rate: T::from_f64(self.rate.now()),
            momentum: T::from_f64(self.momentum),
            nesterov: self.nesterov,
        };
        kernels::sgd(step, parameters, gradient, &mut self.velocity);
        self.rate.advance();
        Ok(())
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        let arrays = vec![("momentum".into(), &mut self.velocity)];
        OptimizerState { numbers: self.rate.numbers(), arrays }
    }

    rate_methods!();

    fn reset(&mut self) {
        self.rate.reset();
        self.velocity.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keras' formulas, one number at a time.
    fn naive(momentum: f64, nesterov: bool, gradients: &[f64]) -> f64 {
        let (mut w, mut v) = (1.0, 0.0);
        for g in gradients {
            v = momentum * v - 0.1 * g;
            w += if nesterov { momentum * v - 0.1 * g } else { v };
        }
        w
    }

    #[test]
    fn steps_are_those_of_the_formulas() {
        let gradients = [0.5, -2.0, 0.25, 3.0];
        for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
            let mut sgd = Sgd::new(0.1).momentum(momentum).nesterov(nesterov);
            let mut w = [1.0, 1.0];
            for g in gradients {
                sgd.update(&mut w, &[g, -g]).unwrap();
            }
            let opposite = gradients.map(|g| -g);
            assert!((w[0] - naive(momentum, nesterov, &gradients)).abs() < 1e-14);
            assert!((w[1] - naive(momentum, nesterov, &opposite)).abs() < 1e-14);
        }
    }

    #[test]
    fn options_are_checked() {
        let text = |sgd: Sgd| sgd.validate().unwrap_err().to_string();
        let must = "but it must be a finite number of at least 0";
        assert_eq!(text(Sgd::new(f64::NAN)), format!("`learning_rate` is NaN, {must}"));
        assert_eq!(text(Sgd::new(f64::INFINITY)), format!("`learning_rate` is inf, {must}"));
        assert_eq!(text(Sgd::new(0.1).momentum(1.5)), "`momentum` is 1.5, but it must be from 0 to 1");
        assert!(Sgd::<f32>::new(0.0).validate().is_ok());
    }

    #[test]
    fn another_model_is_noticed_and_nothing_changed() {
        let mut sgd = Sgd::new(0.1).momentum(0.9);
        sgd.update(&mut [1.0_f32; 2], &[1.0; 2]).unwrap();
        let mut other = [1.0; 3];
        let error = sgd.update(&mut other, &[1.0; 3]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "this optimizer has trained a model of 2 parameters, and this one has 3; use an optimizer for each model",
        );
        let error = sgd.update(&mut other, &[1.0; 2]).unwrap_err();
        assert_eq!(error.to_string(), "the gradient has 2 values, but there are 3 parameters; pass one for each");
        assert_eq!(other, [1.0; 3]);
        sgd.reset();
        sgd.update(&mut other, &[1.0; 3]).unwrap();
    }
}
