//! The loss and metrics of a model on data, without changing it.

use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::Minibatch;
use super::tally::Tally;
use crate::accepts::{AcceptsSamples, AcceptsTargets};
use crate::data::Dataset;
use crate::history::Evaluation;
use crate::loss::LossFor;
use crate::metric::Metrics;
use crate::model::Model;
use crate::parameters::Parameters;
use crate::targets::{Form, Targets};
use crate::workspace::{as_inputs, penalties, penalty_scratch, weighted, width};

/// What an evaluation writes, for chunks of up to a fixed number of samples.
pub(super) struct Buffers<X: Shape, Y: Targets, T: Element> {
    batch: Minibatch<X, Y, T>,
    outputs: Vec<T>,
    values: Vec<T>,
    penalties: Vec<T>,
    chunk: usize,
}

impl<X: Shape, Y: Targets, T: Element> Buffers<X, Y, T> {
    pub fn new<M: Model<Element = T>>(chunk: usize) -> Self {
        Self {
            batch: Minibatch::new(chunk),
            outputs: vec![T::ZERO; chunk * M::Output::SIZE],
            values: vec![T::ZERO; M::INFERENCE_WORKSPACE.for_batch(chunk)],
            penalties: penalty_scratch::<M>(),
            chunk,
        }
    }
}

/// The loss and metrics of `model`, `chunk` samples at a time, inside the thread pool.
pub(crate) fn evaluate<M, X, Y, L, Ms>(
    model: &M,
    data: &Dataset<X, Y, M::Element>,
    loss: &L,
    metrics: &Ms,
    chunk: usize,
) -> Evaluation
where
    M: Model + AcceptsSamples<Verdict<X, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
    X: Shape<List: Compare<<M::Input as Shape>::List>>,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
    L: LossFor<Y::Form, M>,
    Ms: Metrics<Y::Form, M>,
{
    rayon::scope(|_| {
        let mut buffers = Buffers::new::<M>(chunk.min(data.len()));
        let mut tally = Tally::<Y::Form, M, Ms>::new();
        Evaluation { values: pass(model, data, loss, metrics, &mut tally, &mut buffers) }
    })
}

/// The mean loss and the metrics over all samples, in the order of names. Allocates nothing but these.
pub(super) fn pass<M, X, Y, L, Ms>(
    model: &M,
    data: &Dataset<X, Y, M::Element>,
    loss: &L,
    metrics: &Ms,
    tally: &mut Tally<Y::Form, M, Ms>,
    buffers: &mut Buffers<X, Y, M::Element>,
) -> Vec<(String, f64)>
where
    M: Model + AcceptsSamples<Verdict<X, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
    X: Shape<List: Compare<<M::Input as Shape>::List>>,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
    L: LossFor<Y::Form, M>,
    Ms: Metrics<Y::Form, M>,
{
    let width = width::<M>();
    tally.reset(metrics);
    for first in (0..data.len()).step_by(buffers.chunk) {
        let rows = first..data.len().min(first + buffers.chunk);
        let (x, targets, weights) = buffers.batch.read(data, rows);
        let x = as_inputs::<M>(x);
        let y = &mut buffers.outputs[..x.len() * M::Output::SIZE];
        model.infer(x, y, &mut buffers.values);
        let value = match weights {
            None => loss.value(width, y, targets),
            Some(weights) => weighted::<M, Y, _>(loss, y, targets, weights),
        };
        tally.add(metrics, (value.to_f64(), x.len()), width, y, targets);
    }
    tally.values(metrics, penalties(model, &mut buffers.penalties).to_f64())
}
