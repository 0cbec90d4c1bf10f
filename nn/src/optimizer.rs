//! Optimizers: how a gradient changes the parameters.
//!
//! An optimizer walks all parameters of a model in one pass, as the flat slice that they are. What is to rest meanwhile is
//! [`Frozen`]. The learning rate is a number, or a [`Schedule`](crate::schedule::Schedule).
//!
//! | Keras | here | where it differs from Keras |
//! |---|---|---|
//! | `SGD` | [`Sgd`] | |
//! | `Adam` | [`Adam`] | |
//! | `AdamW` | [`AdamW`] | |
//! | `RMSprop` | [`Rmsprop`] | with `centered`, a variance that rounding made negative is 0, not a NaN |
//! | `Adagrad` | [`Adagrad`] | |
//! | `Adadelta` | [`Adadelta`] | |
//! | `Adamax` | [`Adamax`] | |
//! | `Nadam` | [`Nadam`] | |
//! | `Lion` | [`Lion`] | |
//! | `Ftrl` | [`Ftrl`] | where no gradient has come yet, the parameter is 0, not NaN; a rate of 0 is an error |
//! | `weight_decay` | [`Optimizer::weight_decay`] | |
//! | `exclude_from_weight_decay` | [`Extended::exclude_from_weight_decay`] | plain text, no regular expression; a name of nothing is an error |
//! | `clipvalue`, `clipnorm`, `global_clipnorm` | [`Optimizer::clip_value`], [`clip_norm`](Optimizer::clip_norm), [`global_clip_norm`](Optimizer::global_clip_norm) | norms are computed in `f64`, so those of large `f32` are finite; not above 0 is an error, not off |
//! | `use_ema`, `ema_momentum` | [`Optimizer::ema`] | at the end of a training the averages satisfy the model's constraints |
//! | `ema_overwrite_frequency` | [`Extended::ema_overwrite_frequency`] | |
//! | `gradient_accumulation_steps` | [`Optimizer::accumulate`] | 1 is allowed |
//!
//! Each can be combined with each, and what is done around a step has one order, that of Keras: see [`Extended`]. A rate
//! can be set whatever the schedule ([`Optimizer::set_learning_rate`]), where Keras refuses.

use katachi_core::element::Element;

use crate::error::Error;
use crate::parameters::Parameters;

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
pub(crate) mod check;
mod extended;
mod ftrl;
mod lion;
mod nadam;
mod rate;
mod rmsprop;
mod sgd;
mod state;
#[cfg(test)]
mod tests;

pub use crate::frozen::Frozen;
pub use adadelta::Adadelta;
pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamax::Adamax;
pub use extended::{AdamW, Extended};
pub use ftrl::Ftrl;
pub use lion::Lion;
pub use nadam::Nadam;
pub use rmsprop::Rmsprop;
pub use sgd::Sgd;
pub use state::{OptimizerState, ParameterArray};

use rate::{Rate, rate_methods};

/// What changes parameters along a gradient. It keeps what it needs to know of earlier steps, for one model.
///
/// ```
/// use katachi::{Parameters, Tensor, parameters};
/// use katachi::optimizer::{Optimizer, Sgd};
///
/// parameters! {
///     struct Point { position: [2] }
/// }
///
/// let mut point = Point { position: Tensor::from([1.0_f32, 2.0]) };
/// let gradient = Point { position: Tensor::from([2.0, 4.0]) }; // of x² + y²
/// Sgd::new(0.25).step(&mut point, &gradient)?;
/// assert_eq!(point.as_slice(), [0.5, 1.0]);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no optimizer",
    note = "an optimizer is `Adam::new(1e-3)`, `AdamW::new(1e-3)`, `Sgd::new(0.01).momentum(0.9)` or another of `katachi::optimizer`, \
            and a trainer takes it first: `Trainer::new(optimizer, loss)`"
)]
pub trait Optimizer<T: Element>: Send {
    /// Whether every option has a value that makes sense; an error names the first that has not.
    fn validate(&self) -> Result<(), Error>;

    /// Changes all parameters by one step, given the gradient with respect to each.
    ///
    /// The first step allocates what is kept from step to step; later ones allocate nothing. An error, before anything
    /// is changed, if an option is wrong, if there is not one derivative for each parameter, or if earlier steps were
    /// those of a model with another number of parameters.
    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error>;

    /// Forgets the earlier steps, and a rate that was set: the optimizer is as new. What it was told by
    /// [`bind`](Self::bind) it keeps.
    fn reset(&mut self);

    /// The learning rate of the next step.
    fn learning_rate(&self) -> f64;

    /// A constant rate from now on, in place of the schedule.
    fn set_learning_rate(&mut self, rate: f64);

    /// All that is kept from step to step, by name, for reading and writing: what a checkpoint holds.
    fn state(&mut self) -> OptimizerState<'_, T>;

    /// Tells the arrays of the model, for those optimizers that go by their names, sizes, or whether they are trained.
    ///
    /// A trainer and [`Frozen::step`] do this; a loop of one's own does it once before its first step, with
    /// [`ParameterArray::all`]. It may be called again before any step, so it is cheap, and allocates nothing when told
    /// the same again. An error if the optimizer has options for arrays that are not among these.
    fn bind(&mut self, arrays: &[ParameterArray]) -> Result<(), Error> {
        let _ = arrays;
        Ok(())
    }

    /// Counts a step of the schedule that changes no parameter, as one that only accumulates its gradient.
    fn skip(&mut self) {}

    /// What is to be done after the last step of a training: an average of the weights replaces them here.
    fn finish(&mut self, parameters: &mut [T]) {
        let _ = parameters;
    }

    /// [`update`](Self::update) of a model, or any other [`Parameters`].
    ///
    /// The gradient of what is declared `#[frozen]` is 0, so most optimizers leave it as it is; what also looks at the
    /// weights (decay, averages, [`Ftrl`]) does so in [`Frozen::step`].
    fn step<P: Parameters<Element = T>>(&mut self, model: &mut P, gradient: &P) -> Result<(), Error>
    where
        Self: Sized,
    {
        self.update(model.as_mut_slice(), gradient.as_slice())
    }

    /// This optimizer with decoupled weight decay (Loshchilov and Hutter, 2019): before its step w ← w - η λ w with the
    /// learning rate η of that step and λ = `rate`, at least 0.
    ///
    /// [`Extended::exclude_from_weight_decay`] leaves arrays out by their names.
    fn weight_decay(self, rate: f64) -> Extended<Self, T>
    where
        Self: Sized,
    {
        Extended::around(self).weight_decay(rate)
    }

    /// This optimizer with every derivative clipped to at most `limit` and at least -`limit`, which is above 0: Keras'
    /// `clipvalue`. Of the three ways to clip there can be one.
    fn clip_value(self, limit: f64) -> Extended<Self, T>
    where
        Self: Sized,
    {
        Extended::around(self).clip_value(limit)
    }

    /// This optimizer with the gradient of each array made so much smaller that its norm √Σg² is at most `limit`, which is
    /// above 0: Keras' `clipnorm`.
    fn clip_norm(self, limit: f64) -> Extended<Self, T>
    where
        Self: Sized,
    {
        Extended::around(self).clip_norm(limit)
    }

    /// This optimizer with the whole gradient made so much smaller that its norm √Σg² is at most `limit`, which is above 0
    /// (Pascanu, Mikolov and Bengio, "On the Difficulty of Training Recurrent Neural Networks", 2013): Keras'
    /// `global_clipnorm`. What is frozen does not count.
    fn global_clip_norm(self, limit: f64) -> Extended<Self, T>
    where
        Self: Sized,
    {
        Extended::around(self).global_clip_norm(limit)
    }

    /// This optimizer with an exponential moving average of the weights (Polyak and Juditsky, 1992, is the idea): Keras'
    /// `use_ema`.
    ///
    /// After the first step it is the weights, after a later one a ← μ a + (1 - μ) w with μ = `momentum`, from 0 to 1;
    /// Keras' default is 0.99. It replaces the weights in [`finish`](Self::finish), which a trainer calls at the end, and
    /// as often as [`Extended::ema_overwrite_frequency`] says. The average is one of the weights as the steps leave them; a
    /// trainer brings it back to the [constraints](crate::constraint) of the model, which Keras does not.
    ///
    /// ```
    /// use katachi::optimizer::{Optimizer, Sgd};
    ///
    /// let mut sgd = Sgd::new(1.0).ema(0.5);
    /// let mut w = [0.0_f64];
    /// sgd.update(&mut w, &[-1.0])?; // w = 1, and so is the average
    /// sgd.update(&mut w, &[-2.0])?; // w = 3
    /// sgd.finish(&mut w);
    /// assert_eq!(w, [2.0]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    fn ema(self, momentum: f64) -> Extended<Self, T>
    where
        Self: Sized,
    {
        Extended::around(self).ema(momentum)
    }

    /// This optimizer with a step for every so many gradients, by their mean: Keras' `gradient_accumulation_steps`.
    ///
    /// As in Keras every gradient counts as a step of the schedule, and the average of weights follows after each. 1 is a
    /// step for every gradient, which Keras does not accept. What the optimizer keeps is allocated in its first step, so
    /// with the last of the first gradients.
    ///
    /// ```
    /// use katachi::optimizer::{Optimizer, Sgd};
    ///
    /// let mut sgd = Sgd::new(1.0).accumulate(2);
    /// let mut w = [0.0_f64];
    /// sgd.update(&mut w, &[3.0])?;
    /// assert_eq!(w, [0.0]);
    /// sgd.update(&mut w, &[5.0])?;
    /// assert_eq!(w, [-4.0]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    fn accumulate(self, steps: u64) -> Extended<Self, T>
    where
        Self: Sized,
    {
        Extended::around(self).accumulate(steps)
    }
}

/// An optimizer that is chosen while a program runs: `Box<dyn Optimizer<f32>>`.
impl<T: Element, O: Optimizer<T> + ?Sized> Optimizer<T> for Box<O> {
    fn validate(&self) -> Result<(), Error> {
        (**self).validate()
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        (**self).update(parameters, gradient)
    }

    fn reset(&mut self) {
        (**self).reset();
    }

    fn learning_rate(&self) -> f64 {
        (**self).learning_rate()
    }

    fn set_learning_rate(&mut self, rate: f64) {
        (**self).set_learning_rate(rate);
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        (**self).state()
    }

    fn bind(&mut self, arrays: &[ParameterArray]) -> Result<(), Error> {
        (**self).bind(arrays)
    }

    fn skip(&mut self) {
        (**self).skip();
    }

    fn finish(&mut self, parameters: &mut [T]) {
        (**self).finish(parameters);
    }
}

/// The number of parameters, once it is known to be that of the gradient too.
#[derive(Clone, Copy)]
struct Length(usize);

impl Length {
    /// What is kept of each parameter: made of `initial` before the first step, and of this length at any later one.
    fn of<T: Element>(self, kept: &mut Vec<T>, initial: f64) -> Result<(), Error> {
        if kept.is_empty() {
            kept.resize(self.0, T::from_f64(initial));
        }
        if kept.len() == self.0 {
            Ok(())
        } else {
            Err(Error::OptimizerLength { state: kept.len(), parameters: self.0 })
        }
    }
}

/// The length of the parameters, for which there is one derivative each, and for which all these are kept.
fn prepare<T: Element, const N: usize>(
    parameters: &[T],
    gradient: &[T],
    kept: [(&mut Vec<T>, f64); N],
) -> Result<Length, Error> {
    let (parameters, gradient) = (parameters.len(), gradient.len());
    if parameters != gradient {
        return Err(Error::GradientLength { parameters, gradient });
    }
    let length = Length(parameters);
    for (kept, initial) in kept {
        length.of(kept, initial)?;
    }
    Ok(length)
}
