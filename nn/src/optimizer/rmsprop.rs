//! [`Rmsprop`].

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, RmspropStep};

use super::{Optimizer, OptimizerState, Rate, check, prepare, rate_methods};
use crate::error::Error;
use crate::schedule::IntoSchedule;

/// `RMSprop` (Hinton, lecture 6e of the course "Neural Networks for Machine Learning", 2012): a step for each parameter by its
/// gradient over the root of the mean of its squared gradients. Formulas and defaults are those of Keras.
///
/// v ← ρ v + (1 - ρ) g², then w ← w - d with d = η g / √(v + ε). With momentum μ the steps are summed up, m ← μ m + d and
/// w ← w - m. Centered (Graves, "Generating Sequences with Recurrent Neural Networks", 2013, equations 38 to 41), the
/// root is that of the variance v - a² with a ← ρ a + (1 - ρ) g.
///
/// A variance that rounding has made negative counts as 0, where in Keras it makes the parameter NaN.
///
/// ```
/// use katachi::optimizer::{Optimizer, Rmsprop};
///
/// let mut rmsprop = Rmsprop::new(0.1);
/// let mut w = [10.0_f64];
/// rmsprop.update(&mut w, &[10.0])?; // 0.1 · 10 / √(0.1 · 10²)
/// assert!((w[0] - 9.683772).abs() < 1e-6);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rmsprop<T = f32> {
    rate: Rate,
    rho: f64,
    momentum: f64,
    epsilon: f64,
    centered: bool,
    v: Vec<T>,
    m: Vec<T>,
    a: Vec<T>,
}

impl<T: Element> Rmsprop<T> {
    /// `RMSprop` with the learning rate η, a number or a schedule; Keras' default is 0.001.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        let (v, m, a) = (Vec::new(), Vec::new(), Vec::new());
        let rate = Rate::new(learning_rate);
        Self { rate, rho: 0.9, momentum: 0.0, epsilon: 1e-7, centered: false, v, m, a }
    }

    /// How much of the means of squares (and of gradients) remains in each step, from 0 to below 1; 0.9 unless said.
    pub fn rho(self, rho: f64) -> Self {
        Self { rho, ..self }
    }

    /// How much of the last step is taken again, from 0 to 1; 0 unless said.
    pub fn momentum(self, momentum: f64) -> Self {
        Self { momentum, ..self }
    }

    /// What keeps the step finite where the gradients are 0, above 0; 10⁻⁷ unless said. It stands under the root.
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }

    /// Whether the variance of the gradients is taken, in place of their mean square; not unless said.
    pub fn centered(self, centered: bool) -> Self {
        Self { centered, ..self }
    }
}

impl<T: Element> Optimizer<T> for Rmsprop<T> {
    fn validate(&self) -> Result<(), Error> {
        self.rate.validate()?;
        check::part("rho", self.rho)?;
        check::from_0_to_1("momentum", self.momentum)?;
        check::above_0("epsilon", self.epsilon)
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        let length = prepare(parameters, gradient, [(&mut self.v, 0.0)])?;
        let has_momentum = self.momentum != 0.0;
        if has_momentum {
            length.of(&mut self.m, 0.0)?;
        }
        if self.centered {
            length.of(&mut self.a, 0.0)?;
        }
        let step = RmspropStep {
            learning_rate: T::from_f64(self.rate.now()),
            rho: T::from_f64(self.rho),
            rest: T::from_f64(1.0 - self.rho),
            momentum: T::from_f64(self.momentum),
            epsilon: T::from_f64(self.epsilon),
        };
        let Self { v, m, a, .. } = self;
        match (self.centered, has_momentum) {
            (false, false) => kernels::rmsprop(step, parameters, gradient, v),
            (false, true) => kernels::rmsprop_with_momentum(step, parameters, gradient, v, m),
            (true, false) => kernels::rmsprop_centered(step, parameters, gradient, v, a),
            (true, true) => kernels::rmsprop_centered_with_momentum(step, parameters, gradient, v, a, m),
        }
        self.rate.advance();
        Ok(())
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        let arrays = vec![
            ("velocity".into(), &mut self.v),
            ("momentum".into(), &mut self.m),
            ("average_gradient".into(), &mut self.a),
        ];
        OptimizerState { numbers: self.rate.numbers(), arrays }
    }

    rate_methods!();

    fn reset(&mut self) {
        self.rate.reset();
        self.v.clear();
        self.m.clear();
        self.a.clear();
    }
}
