//! [`AdamW`].

use katachi_core::element::Element;

use super::Extended;
use crate::optimizer::{Adam, Optimizer};
use crate::schedule::IntoSchedule;

/// `AdamW` (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019): [`Adam`] with a weight decay that does not
/// pass through its moments. Formulas and defaults are those of Keras.
///
/// Before each step of Adam w ← w - η λ w, with the learning rate η of that step and
/// λ = [`weight_decay`](Extended::weight_decay), 0.004 unless said. (`torch.optim.AdamW` takes 0.01.)
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp { hidden: Dense(2 => 4, tanh), output: Dense(4 => 1) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let adamw = AdamW::new(1e-3).weight_decay(0.01).exclude_from_weight_decay(["bias"]);
/// let data = Dataset::from_arrays([[0.0_f32, 1.0], [1.0, 1.0]], [[1.0], [0.0]])?;
/// let mut trainer = Trainer::new(adamw, MeanSquaredError).verbose(Verbosity::Silent);
/// trainer.fit(&mut *Mlp::init(22), &data)?;
///
/// let adamw = AdamW::new(1e-3).exclude_from_weight_decay(["biass"]);
/// let error = Trainer::new(adamw, MeanSquaredError).fit(&mut *Mlp::init(22), &data).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`exclude_from_weight_decay([\"biass\"])`: the model has no parameters with that in their name; did you mean `bias`?",
/// );
/// # Ok(())
/// # }
/// ```
pub type AdamW<T = f32> = Extended<Adam<T>, T>;

/// The options of [`Adam`], for [`AdamW`] and for an Adam that was extended otherwise.
impl<T: Element> Extended<Adam<T>, T> {
    /// [`AdamW`] with the learning rate η, a number or a schedule; Keras' default is 0.001.
    pub fn new(learning_rate: impl IntoSchedule) -> Self {
        Adam::new(learning_rate).weight_decay(0.004)
    }

    /// [`Adam::beta_1`].
    pub fn beta_1(self, beta_1: f64) -> Self {
        Self { optimizer: self.optimizer.beta_1(beta_1), ..self }
    }

    /// [`Adam::beta_2`].
    pub fn beta_2(self, beta_2: f64) -> Self {
        Self { optimizer: self.optimizer.beta_2(beta_2), ..self }
    }

    /// [`Adam::epsilon`].
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { optimizer: self.optimizer.epsilon(epsilon), ..self }
    }

    /// [`Adam::amsgrad`].
    pub fn amsgrad(self, amsgrad: bool) -> Self {
        Self { optimizer: self.optimizer.amsgrad(amsgrad), ..self }
    }
}
