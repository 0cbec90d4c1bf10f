//! Optimizers: how a gradient changes the parameters.
//!
//! An optimizer walks all parameters of a model in one pass, as the flat slice that they are. What is to rest meanwhile is
//! [`Frozen`].

use katachi_core::element::Element;

use crate::error::Error;
use crate::parameters::Parameters;

mod adam;
mod rate;
mod sgd;
mod state;

pub use crate::frozen::Frozen;
pub use adam::Adam;
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
    note = "optimizers are `Sgd::new(0.01)` and `Adam::new(1e-3)`, and a trainer takes them first: `Trainer::new(optimizer, loss)`"
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
    fn step<P: Parameters<Element = T>>(&mut self, model: &mut P, gradient: &P) -> Result<(), Error>
    where
        Self: Sized,
    {
        self.update(model.as_mut_slice(), gradient.as_slice())
    }
}

/// An error that names the option, unless it is `fine`.
fn check(fine: bool, option: &'static str, value: f64, must: &'static str) -> Result<(), Error> {
    if fine { Ok(()) } else { Err(Error::Option { option, value: readable(value), must }) }
}

/// A number without hundreds of zeros.
fn readable(value: f64) -> String {
    let is_near = (1e-5..1e16).contains(&value.abs()) || value == 0.0 || !value.is_finite();
    if is_near { format!("{value}") } else { format!("{value:e}") }
}

/// As in Keras a rate of 0 is allowed: it trains nothing, which is of use to see what a loop costs.
pub(crate) fn check_learning_rate(rate: f64) -> Result<(), Error> {
    check(rate.is_finite() && rate >= 0.0, "learning_rate", rate, "a finite number of at least 0")
}

/// `state` for `parameters` numbers: made of zeros before the first step, and of the right length at any later one.
fn prepare<T: Element>(state: &mut Vec<T>, parameters: usize, gradient: usize) -> Result<(), Error> {
    if parameters != gradient {
        return Err(Error::GradientLength { parameters, gradient });
    }
    if state.is_empty() {
        state.resize(parameters, T::ZERO);
    }
    if state.len() != parameters {
        return Err(Error::OptimizerLength { state: state.len(), parameters });
    }
    Ok(())
}
