//! Which outputs a loss or a metric takes, and whether a model gives them.

use katachi_core::compare::{Compare, Same, Verdict};
use katachi_core::shape::Shape;

use super::Loss;
use crate::model::Model;
use crate::targets::Form;

/// Which outputs a loss or a metric takes: [`AnyShape`], or those of a [`SampleLoss`](super::SampleLoss).
pub trait TakesOutputs {
    /// The shape that it takes, of a model that gives outputs of shape `Given`.
    type Shape<Given: Shape>: Shape;
    /// What says so where the two differ.
    type Fits;
}

/// Outputs of any shape.
#[derive(Clone, Copy, Debug)]
pub struct AnyShape;

impl TakesOutputs for AnyShape {
    type Shape<Given: Shape> = Given;
    type Fits = Self;
}

impl<V> FitsOutputs<V> for AnyShape {}

/// Outputs of one shape; another is refused in general words. `#[differentiable]` writes a type of its own for each
/// function, which names the function and the shape.
#[derive(Clone, Copy, Debug)]
pub struct OneShape;

impl FitsOutputs<Same> for OneShape {}

/// A loss or metric that takes the outputs of a model whose shape compares with its own as `V`.
#[diagnostic::on_unimplemented(
    message = "a loss or metric takes outputs of another shape than the model gives",
    label = "this model gives outputs of another shape",
    note = "the shape that it takes is its `Outputs`"
)]
pub trait FitsOutputs<V> {}

/// A [`Loss`] that fits targets of form `F` and the model `M`: what it ends in, the numbers it computes in, and the shape
/// of its outputs. Nothing implements it but what a [`Loss`] is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no loss for these targets and this model",
    note = "a trainer takes the loss second: `Trainer::new(Adam::new(1e-3), MeanSquaredError)`; the table of \
            `katachi::loss` says which loss fits"
)]
pub trait LossFor<F: Form, M: Model>: Loss<F, M::Ending, M::Element> {}

impl<F: Form, M: Model, L: Loss<F, M::Ending, M::Element>> LossFor<F, M> for L
where
    M::Output: Shape<List: Compare<<<L::Outputs as TakesOutputs>::Shape<M::Output> as Shape>::List>>,
    <L::Outputs as TakesOutputs>::Fits: FitsOutputs<Verdict<M::Output, <L::Outputs as TakesOutputs>::Shape<M::Output>>>,
{
}
