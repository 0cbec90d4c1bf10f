//! [`Workspace`] and [`InferenceWorkspace`]: the buffers of a training step and of a prediction, allocated once.
#![doc = include_str!("custom_step.md")]

use alloc::{boxed::Box, vec, vec::Vec};
use core::fmt;

use katachi_core::batch::{BatchView, Samples};
use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::kernels::Write;
use katachi_core::shape::Shape;

use crate::accepts::{AcceptsSamples, AcceptsTargets};
use crate::loss::LossFor;
use crate::model::{Model, ParameterInfo, Pass};
use crate::parameters::Parameters;
use crate::targets::{Form, Targets, TargetsView};

/// A batch has more samples than a workspace was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapacityError {
    /// How many samples the batch has.
    pub samples: usize,
    /// How many the workspace was made for.
    pub capacity: usize,
}

impl fmt::Display for CapacityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { samples, capacity } = self;
        write!(
            f,
            "a batch of {samples} samples does not fit into a workspace for {capacity}; \
             make it with `new({samples})` or pass smaller batches"
        )
    }
}

impl core::error::Error for CapacityError {}

/// Everything that a training step of `M` writes, for batches of up to a fixed number of samples.
///
/// The four calls of a step, in their order: [`forward`](Self::forward), [`loss`](Self::loss),
/// [`backward`](Self::backward), and the optimizer's [`step`](crate::optimizer::Optimizer::step). None of the first three
/// ever allocates. [`Trainer`](crate::trainer::Trainer) shows a whole training written with them, and
/// [this page](crate::workspace) steps that differ: several losses, a gradient penalty, a part that rests, the gradient
/// of several batches.
pub struct Workspace<M: Model> {
    capacity: usize,
    samples: usize,
    outputs: Vec<M::Element>,
    output_gradient: Vec<M::Element>,
    values: Vec<M::Element>,
    /// What the penalties compute with.
    scratch: Vec<M::Element>,
    gradient: Box<M>,
}

impl<M: Model> Workspace<M> {
    /// Buffers for batches of up to `capacity` samples.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            samples: 0,
            outputs: zeros(capacity, M::Output::SIZE),
            output_gradient: zeros(capacity, M::Output::SIZE),
            values: zeros(1, M::TRAINING_WORKSPACE.for_batch(capacity)),
            scratch: penalty_scratch::<M>(),
            gradient: M::zeros(),
        }
    }

    /// The most samples that a batch can have.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Runs the model on `x` as in training, and returns the outputs, sample after sample.
    ///
    /// An error if there are more samples than the workspace was made for.
    pub fn forward<B>(&mut self, model: &M, x: &B, pass: Pass) -> Result<&[M::Element], CapacityError>
    where
        B: Samples<Element = M::Element, Shape: Shape<List: Compare<<M::Input as Shape>::List>>> + ?Sized,
        M: AcceptsSamples<Verdict<B::Shape, M::Input>>,
    {
        let x = as_inputs::<M>(x.view().as_slice());
        self.samples = fitting(x.len(), self.capacity)?;
        let outputs = &mut self.outputs[..self.samples * M::Output::SIZE];
        model.forward(x, outputs, &mut self.values[..M::TRAINING_WORKSPACE.for_batch(self.samples)], pass);
        Ok(outputs)
    }

    /// The outputs of the last [`forward`](Self::forward), sample after sample.
    pub fn outputs(&self) -> &[M::Element] {
        &self.outputs[..self.samples * M::Output::SIZE]
    }

    /// The loss of the outputs of the last [`forward`](Self::forward): the mean over its samples, plus the penalties
    /// of the model's parameters. Computes the gradient with respect to the outputs, too.
    ///
    /// # Panics
    /// If there are not as many targets as there were samples.
    pub fn loss<Y, L>(&mut self, model: &M, loss: &L, targets: TargetsView<'_, Y>) -> M::Element
    where
        Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
        Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
        M: AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
        L: LossFor<Y::Form, M>,
    {
        assert_eq!(targets.len(), self.samples, "one target for each sample of the last forward pass");
        let outputs = &self.outputs[..self.samples * M::Output::SIZE];
        let gradient = &mut self.output_gradient[..outputs.len()];
        loss.value_and_gradient(width::<M>(), outputs, targets.as_slice(), gradient)
            + penalties(model, &mut self.scratch)
    }

    /// As [`loss`](Self::loss), with a weight for each sample: Σᵢ wᵢ lossᵢ / samples, Keras' `sample_weight`.
    ///
    /// The loss must be a mean over the samples, as all of [`loss`](crate::loss) are.
    ///
    /// # Panics
    /// If there are not as many targets and weights as there were samples.
    pub fn weighted_loss<Y, L>(
        &mut self,
        model: &M,
        loss: &L,
        targets: TargetsView<'_, Y>,
        weights: &[M::Element],
    ) -> M::Element
    where
        Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
        Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
        M: AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
        L: LossFor<Y::Form, M>,
    {
        assert_eq!(weights.len(), self.samples, "one weight for each sample of the last forward pass");
        assert_eq!(targets.len(), self.samples, "one target for each sample of the last forward pass");
        let size = M::Output::SIZE;
        let outputs = &self.outputs[..self.samples * size];
        let gradient = &mut self.output_gradient[..outputs.len()];
        loss.value_and_gradient(width::<M>(), outputs, targets.as_slice(), gradient);
        for (row, &weight) in gradient.chunks_exact_mut(size).zip(weights) {
            // An outlier of weight 0 is out, even where its loss is infinite.
            for dy in row {
                *dy = if weight == M::Element::ZERO { weight } else { *dy * weight };
            }
        }
        weighted::<M, Y, L>(loss, outputs, targets.as_slice(), weights) + penalties(model, &mut self.scratch)
    }

    /// As [`loss`](Self::loss), for a loss that is a function: it gets the outputs of the last
    /// [`forward`](Self::forward), writes the gradient of the loss with respect to each of them, which is 0 where it writes
    /// none, and returns the loss. The penalties of the model's parameters are added to it.
    ///
    /// ```
    /// use katachi::prelude::*;
    ///
    /// model! {
    ///     struct Line { line: Dense(1 => 1) }
    /// }
    ///
    /// # fn main() -> Result<(), Error> {
    /// let line = Line::init(22);
    /// let x = Batch::from([[0.0], [1.0]]);
    /// let mut workspace = Workspace::new(2);
    /// workspace.forward(&line, &x, Pass::default())?;
    /// // The second sample's output alone.
    /// let loss = workspace.loss_with(&line, |outputs, gradient| {
    ///     gradient[1] = 1.0;
    ///     outputs.sample(1)[0]
    /// });
    /// assert_eq!(loss, line.line.weight[0]);
    /// let gradient = workspace.backward(&line, &x, Pass::default());
    /// assert_eq!(gradient.as_slice(), [1.0, 1.0]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn loss_with(
        &mut self,
        model: &M,
        loss: impl FnOnce(BatchView<'_, M::Output, M::Element>, &mut [M::Element]) -> M::Element,
    ) -> M::Element {
        let outputs = &self.outputs[..self.samples * M::Output::SIZE];
        let gradient = &mut self.output_gradient[..outputs.len()];
        gradient.fill(M::Element::ZERO);
        let Ok(outputs) = BatchView::new(outputs) else { unreachable!("whole samples were cut off") };
        loss(outputs, gradient) + penalties(model, &mut self.scratch)
    }

    /// The gradient of the last [`loss`](Self::loss), penalties included, with respect to every parameter.
    ///
    /// `x` and `pass` are those of the [`forward`](Self::forward) before it. It is called once after each loss, as it
    /// uses up what the two have written.
    ///
    /// # Panics
    /// If there are not as many samples as in the forward pass.
    pub fn backward<B>(&mut self, model: &M, x: &B, pass: Pass) -> &M
    where
        B: Samples<Element = M::Element, Shape: Shape<List: Compare<<M::Input as Shape>::List>>> + ?Sized,
        M: AcceptsSamples<Verdict<B::Shape, M::Input>>,
    {
        self.backward_with(model, x, None, Write::Set, pass)
    }

    /// As [`backward`](Self::backward), and writes the gradient with respect to the inputs to `dx` if there is one, as many
    /// values as `x` has. With [`Write::Add`] the gradient of the parameters, penalties included, is added to the one that
    /// is there; `dx` is always replaced.
    ///
    /// # Panics
    /// If there are not as many samples as in the forward pass, or if `dx` has not as many values as `x`.
    pub fn backward_with<B>(&mut self, model: &M, x: &B, dx: Option<&mut [M::Element]>, write: Write, pass: Pass) -> &M
    where
        B: Samples<Element = M::Element, Shape: Shape<List: Compare<<M::Input as Shape>::List>>> + ?Sized,
        M: AcceptsSamples<Verdict<B::Shape, M::Input>>,
    {
        let x = as_inputs::<M>(x.view().as_slice());
        assert_eq!(x.len(), self.samples, "the samples of the last forward pass");
        if let Some(dx) = &dx {
            assert_eq!(dx.len(), x.as_slice().len(), "one derivative for each value of the inputs");
        }
        let outputs = self.samples * M::Output::SIZE;
        model.backward(
            x,
            &self.outputs[..outputs],
            &mut self.output_gradient[..outputs],
            dx,
            &mut self.values[..M::TRAINING_WORKSPACE.for_batch(self.samples)],
            &mut self.gradient,
            write,
            pass,
        );
        let (gradient, scratch) = (&mut self.gradient, &mut self.scratch);
        for_each_penalised::<M>(&mut |range, ParameterInfo { regularizer, shape, .. }| {
            let (values, gradient) = (&model.as_slice()[range.clone()], &mut gradient.as_mut_slice()[range]);
            regularizer.add_gradient(shape, values, gradient, scratch);
        });
        &self.gradient
    }

    /// The gradient of the last [`backward`](Self::backward).
    pub fn gradient(&self) -> &M {
        &self.gradient
    }

    /// The gradient of the last [`backward`](Self::backward), to be changed before it is followed.
    pub fn gradient_mut(&mut self) -> &mut M {
        &mut self.gradient
    }
}

/// Everything that a prediction of `M` writes, for batches of up to a fixed number of samples.
pub struct InferenceWorkspace<M: Model> {
    capacity: usize,
    outputs: Vec<M::Element>,
    values: Vec<M::Element>,
}

impl<M: Model> InferenceWorkspace<M> {
    /// Buffers for batches of up to `capacity` samples.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            outputs: zeros(capacity, M::Output::SIZE),
            values: zeros(1, M::INFERENCE_WORKSPACE.for_batch(capacity)),
        }
    }

    /// The most samples that a batch can have.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Runs the model on `x` as in use, and returns the outputs. Allocates nothing.
    ///
    /// An error if there are more samples than the workspace was made for.
    pub fn infer<B>(&mut self, model: &M, x: &B) -> Result<BatchView<'_, M::Output, M::Element>, CapacityError>
    where
        B: Samples<Element = M::Element, Shape: Shape<List: Compare<<M::Input as Shape>::List>>> + ?Sized,
        M: AcceptsSamples<Verdict<B::Shape, M::Input>>,
    {
        let x = as_inputs::<M>(x.view().as_slice());
        let samples = fitting(x.len(), self.capacity)?;
        let outputs = &mut self.outputs[..samples * M::Output::SIZE];
        model.infer(x, outputs, &mut self.values[..M::INFERENCE_WORKSPACE.for_batch(samples)]);
        let Ok(outputs) = BatchView::new(outputs) else { unreachable!("whole samples were cut off") };
        Ok(outputs)
    }
}

/// The size of the last axis of the outputs: the classes of a classifier, over which a softmax goes.
pub(crate) fn width<M: Model>() -> usize {
    M::Output::DIMS.last().copied().unwrap_or(1)
}

/// Σᵢ wᵢ lossᵢ / samples.
pub(crate) fn weighted<M, Y, L>(
    loss: &L,
    outputs: &[M::Element],
    targets: &[Y::Item],
    weights: &[M::Element],
) -> M::Element
where
    M: Model,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    L: LossFor<Y::Form, M>,
{
    let samples = outputs.chunks_exact(M::Output::SIZE).zip(targets.chunks_exact(Y::ITEMS)).zip(weights);
    let losses = samples.map(|((outputs, targets), &weight)| {
        if weight == M::Element::ZERO { weight } else { weight * loss.value(width::<M>(), outputs, targets) }
    });
    losses.sum::<M::Element>() / M::Element::from_f64(weights.len() as f64)
}

/// What all parameters add to the loss; `scratch` is [`penalty_scratch`].
pub(crate) fn penalties<M: Model>(model: &M, scratch: &mut [M::Element]) -> M::Element {
    let mut total = M::Element::ZERO;
    for_each_penalised::<M>(&mut |range, ParameterInfo { regularizer, shape, .. }| {
        total += regularizer.value(shape, &model.as_slice()[range], scratch);
    });
    total
}

/// What the penalties of a model compute with.
pub(crate) fn penalty_scratch<M: Model>() -> Vec<M::Element> {
    let mut most = 0;
    for_each_penalised::<M>(&mut |_, ParameterInfo { regularizer, shape, .. }| {
        most = most.max(regularizer.scratch(shape));
    });
    zeros(1, most)
}

/// The parameters that add to the loss, and where they stand: those that training changes.
fn for_each_penalised<M: Model>(each: &mut dyn FnMut(core::ops::Range<usize>, &'static ParameterInfo)) {
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
        if path.is_trainable() && !parameter.regularizer.is_none() {
            each(offset..offset + parameter.len(), parameter);
        }
    });
}

/// Values that [`AcceptsSamples`] has found to be samples of the model, under the name of its own shape.
pub(crate) fn as_inputs<M: Model>(values: &[M::Element]) -> BatchView<'_, M::Input, M::Element> {
    let Ok(view) = BatchView::new(values) else { unreachable!("shapes that compare as same have the same size") };
    view
}

fn zeros<T: Element>(samples: usize, size: usize) -> Vec<T> {
    vec![T::ZERO; samples * size]
}

fn fitting(samples: usize, capacity: usize) -> Result<usize, CapacityError> {
    if samples <= capacity { Ok(samples) } else { Err(CapacityError { samples, capacity }) }
}
