//! [`Extended`]: what is done around the step of any optimizer.

use katachi_core::element::Element;
use katachi_core::kernels::optimizer::{self as kernels, AverageStep};

use super::{Optimizer, OptimizerState, ParameterArray, check, prepare};
use crate::error::Error;

mod adamw;
mod arrays;
mod clipping;

pub use adamw::AdamW;
use arrays::Arrays;
use clipping::Clipping;

/// An optimizer with what Keras' base class does around its step: [`Optimizer::weight_decay`], [`Optimizer::clip_norm`],
/// [`Optimizer::ema`] and others make one of any optimizer.
///
/// A step has the order of Keras' `BaseOptimizer`, in whichever order its parts are written:
///
/// 1. gradients are accumulated, and all but the last of them change nothing else but the average;
/// 2. the gradient, or the mean of those, is clipped;
/// 3. weights decay, by the learning rate of this step;
/// 4. the optimizer takes its step;
/// 5. the average follows the weights, and now and then replaces them.
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp { hidden: Dense(2 => 4, tanh), output: Dense(4 => 1) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let optimizer = Sgd::new(0.1).momentum(0.9).clip_norm(1.0).weight_decay(0.01).exclude_from_weight_decay(["bias"]);
/// let data = Dataset::from_arrays([[0.0_f32, 1.0], [1.0, 1.0]], [[1.0], [0.0]])?;
/// Trainer::new(optimizer, MeanSquaredError).verbose(Verbosity::Silent).fit(&mut *Mlp::init(22), &data)?;
/// # Ok(())
/// # }
/// ```
///
/// What goes by arrays, [`clip_norm`](Optimizer::clip_norm) and exclusions by name, must know them: a trainer and
/// [`Frozen::step`](super::Frozen::step) tell them, and a loop of one's own calls [`Optimizer::bind`] once. What is frozen is
/// then left out of norms, decay and averages.
///
/// In code that is generic over its optimizer, `optimizer.weight_decay(0.1)` stands around whatever that one does already.
#[derive(Clone, Debug)]
pub struct Extended<O, T = f32> {
    optimizer: O,
    /// How many gradients make a step.
    accumulate: u64,
    clipping: Clipping,
    weight_decay: Option<f64>,
    ema: Option<f64>,
    overwrite: Option<u64>,
    arrays: Arrays,
    /// How many gradients there were.
    calls: f64,
    /// How many parameters the optimizer is known to be one for.
    length: Option<usize>,
    /// The sum of gradients that are accumulated, else room for a gradient that is clipped.
    gradient: Vec<T>,
    average: Vec<T>,
}

impl<T: Element, O: Optimizer<T>> Extended<O, T> {
    pub(super) fn around(optimizer: O) -> Self {
        Self {
            optimizer,
            accumulate: 1,
            clipping: Clipping::default(),
            weight_decay: None,
            ema: None,
            overwrite: None,
            arrays: Arrays::default(),
            calls: 0.0,
            length: None,
            gradient: Vec::new(),
            average: Vec::new(),
        }
    }

    /// [`Optimizer::weight_decay`].
    pub fn weight_decay(self, rate: f64) -> Self {
        Self { weight_decay: Some(rate), ..self }
    }

    /// Leaves arrays out of the decay whose name contains one of these, as in Keras: `"bias"` means all biases, and
    /// `"hidden1"` a layer. Of several calls all count.
    ///
    /// A name that no array contains is an error in [`Optimizer::bind`], before the first step.
    pub fn exclude_from_weight_decay<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.arrays.exclude(names.into_iter().map(Into::into));
        self
    }

    /// [`Optimizer::clip_value`].
    pub fn clip_value(mut self, limit: f64) -> Self {
        self.clipping.value = Some(limit);
        self
    }

    /// [`Optimizer::clip_norm`].
    pub fn clip_norm(mut self, limit: f64) -> Self {
        self.clipping.norm = Some(limit);
        self
    }

    /// [`Optimizer::global_clip_norm`].
    pub fn global_clip_norm(mut self, limit: f64) -> Self {
        self.clipping.global_norm = Some(limit);
        self
    }

    /// [`Optimizer::ema`].
    pub fn ema(self, momentum: f64) -> Self {
        Self { ema: Some(momentum), ..self }
    }

    /// Replaces the weights by their average after every so many steps, and not only at the end of a training.
    pub fn ema_overwrite_frequency(self, steps: u64) -> Self {
        Self { overwrite: Some(steps), ..self }
    }

    /// [`Optimizer::accumulate`].
    pub fn accumulate(self, steps: u64) -> Self {
        Self { accumulate: steps, ..self }
    }

    /// Whatever is wrong with the lengths, before anything is changed.
    fn prepare(&mut self, parameters: &[T], gradient: &[T]) -> Result<(), Error> {
        let length = prepare(parameters, gradient, [])?;
        self.arrays.prepare(parameters.len(), self.clipping.norm)?;
        if self.length != Some(parameters.len()) {
            let mut kept = self.optimizer.state().arrays.into_iter().map(|(_, kept)| kept.len());
            let other = self.length.or_else(|| kept.find(|kept| ![0, parameters.len()].contains(kept)));
            if let Some(state) = other {
                return Err(Error::OptimizerLength { state, parameters: parameters.len() });
            }
            self.length = Some(parameters.len());
        }
        if self.ema.is_some() {
            length.of(&mut self.average, 0.0)?;
        }
        if self.accumulate > 1 || self.clipping.is_any() {
            length.of(&mut self.gradient, 0.0)?;
        }
        Ok(())
    }

    /// A step with the last of the gradients that are accumulated, or with the only one.
    fn descend(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        if self.accumulate > 1 {
            kernels::mean(T::from_f64(self.accumulate as f64), &mut self.gradient, gradient);
        } else if self.clipping.is_any() {
            self.gradient.copy_from_slice(gradient);
        }
        self.clipping.clip(&mut self.gradient, self.arrays.all());
        if let Some(decay) = self.weight_decay {
            let rate = T::from_f64(decay * self.optimizer.learning_rate());
            for array in self.arrays.all().iter().filter(|array| array.decays && array.is_trainable) {
                kernels::decay(rate, &mut parameters[array.range.clone()]);
            }
        }
        let changed = self.accumulate > 1 || self.clipping.is_any();
        self.optimizer.update(parameters, if changed { &self.gradient } else { gradient })?;
        if self.accumulate > 1 {
            self.gradient.fill(T::ZERO);
        }
        Ok(())
    }

    /// The average follows the weights after a call, and replaces them in every so many steps.
    fn follow(&mut self, parameters: &mut [T]) {
        let Some(momentum) = self.ema else { return };
        let steps = self.steps();
        let momentum = if steps == 0 { 0.0 } else { momentum };
        let step = AverageStep { momentum: T::from_f64(momentum), rest: T::from_f64(1.0 - momentum) };
        let overwrites = self.overwrite.is_some_and(|frequency| (steps + 1).is_multiple_of(frequency));
        for array in self.arrays.all().iter().filter(|array| array.is_trainable) {
            let (parameters, average) = (&mut parameters[array.range.clone()], &mut self.average[array.range.clone()]);
            kernels::average(step, average, parameters);
            if overwrites {
                parameters.copy_from_slice(average);
            }
        }
    }

    /// How many gradients there were.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, or what a file has for one")]
    fn calls(&self) -> u64 {
        self.calls as u64
    }

    /// How many steps were done, where each may have taken several gradients.
    fn steps(&self) -> u64 {
        self.calls() / self.accumulate
    }
}

impl<T: Element, O: Optimizer<T>> Optimizer<T> for Extended<O, T> {
    fn validate(&self) -> Result<(), Error> {
        self.optimizer.validate()?;
        check::at_least_1("accumulate", self.accumulate)?;
        self.clipping.validate()?;
        if let Some(rate) = self.weight_decay {
            check::at_least_0("weight_decay", rate)?;
        } else if self.arrays.excludes_any() {
            let (option, value) = ("weight_decay", "not given".into());
            return Err(Error::Option { option, value, must: "a rate where `exclude_from_weight_decay` is called" });
        }
        if let Some(momentum) = self.ema {
            check::from_0_to_1("ema", momentum)?;
        }
        if let Some(frequency) = self.overwrite {
            check::at_least_1("ema_overwrite_frequency", frequency)?;
            if self.ema.is_none() {
                let (option, value) = ("ema", "not given".into());
                return Err(Error::Option {
                    option,
                    value,
                    must: "a momentum where `ema_overwrite_frequency` is given",
                });
            }
        }
        Ok(())
    }

    fn update(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), Error> {
        self.validate()?;
        self.prepare(parameters, gradient)?;
        if self.ema.is_some() {
            // What is frozen is its own average, whatever the optimizer does to it before it is put back.
            for array in self.arrays.all().iter().filter(|array| !array.is_trainable) {
                self.average[array.range.clone()].copy_from_slice(&parameters[array.range.clone()]);
            }
        }
        if (self.calls() + 1).is_multiple_of(self.accumulate) {
            self.descend(parameters, gradient)?;
        } else {
            kernels::accumulate((), &mut self.gradient, gradient);
            self.optimizer.skip();
        }
        self.follow(parameters);
        self.calls += 1.0;
        Ok(())
    }

    fn reset(&mut self) {
        self.optimizer.reset();
        self.arrays.reset();
        (self.calls, self.length) = (0.0, None);
        self.gradient.clear();
        self.average.clear();
    }

    fn learning_rate(&self) -> f64 {
        self.optimizer.learning_rate()
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.optimizer.set_learning_rate(rate);
    }

    fn skip(&mut self) {
        self.optimizer.skip();
    }

    fn state(&mut self) -> OptimizerState<'_, T> {
        self.length = None; // It is checked again after whatever is written.
        let OptimizerState { mut numbers, mut arrays } = self.optimizer.state();
        let names = numbers.iter_mut().map(|(name, _)| name).chain(arrays.iter_mut().map(|(name, _)| name));
        names.for_each(|name| name.insert_str(0, "optimizer."));
        numbers.push(("calls".into(), &mut self.calls));
        if self.accumulate > 1 {
            arrays.push(("accumulated_gradient".into(), &mut self.gradient));
        }
        if self.ema.is_some() {
            arrays.push(("average".into(), &mut self.average));
        }
        OptimizerState { numbers, arrays }
    }

    fn bind(&mut self, arrays: &[ParameterArray]) -> Result<(), Error> {
        self.arrays.check(arrays)?;
        self.optimizer.bind(arrays)?;
        self.arrays.bind(arrays);
        Ok(())
    }

    fn finish(&mut self, parameters: &mut [T]) {
        self.optimizer.finish(parameters);
        if self.average.len() == parameters.len() {
            for array in self.arrays.all().iter().filter(|array| array.is_trainable) {
                parameters[array.range.clone()].copy_from_slice(&self.average[array.range.clone()]);
            }
        }
    }
}
