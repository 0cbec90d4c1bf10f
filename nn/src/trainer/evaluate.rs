//! The loss and metrics of a model on data, without changing it.

use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::Minibatch;
use crate::data::Dataset;
use crate::history::Evaluation;
use crate::loss::LossFor;
use crate::metric::Metrics;
use crate::model::Model;
use crate::parameters::Parameters;
use crate::targets::{Form, Targets};
use crate::workspace::{as_inputs, penalties, width};

/// What an evaluation writes, for chunks of up to a fixed number of samples.
pub(super) struct Buffers<X: Shape, Y: Targets, T: Element> {
    batch: Minibatch<X, Y, T>,
    outputs: Vec<T>,
    values: Vec<T>,
    chunk: usize,
}

impl<X: Shape, Y: Targets, T: Element> Buffers<X, Y, T> {
    pub fn new<M: Model<Element = T>>(chunk: usize) -> Self {
        let outputs = vec![T::ZERO; chunk * M::Output::SIZE];
        Self {
            batch: Minibatch::new(chunk),
            outputs,
            values: vec![T::ZERO; M::INFERENCE_WORKSPACE.for_batch(chunk)],
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
    M: Model,
    X: Shape,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    L: LossFor<Y::Form, M>,
    Ms: Metrics<Y::Form, M>,
{
    rayon::scope(|_| {
        let mut buffers = Buffers::new::<M>(chunk.min(data.len()));
        let (loss, tallies) = pass(model, data, loss, metrics, &mut buffers);
        let mut values = Vec::new();
        metrics.results(&tallies, &mut |name, value| values.push((name, value)));
        values.push(("loss", loss));
        values.sort_by_key(|value| value.0);
        Evaluation { values }
    })
}

/// The mean loss and the tallies over all samples. Allocates nothing after the first call with these buffers.
pub(super) fn pass<M, X, Y, L, Ms>(
    model: &M,
    data: &Dataset<X, Y, M::Element>,
    loss: &L,
    metrics: &Ms,
    buffers: &mut Buffers<X, Y, M::Element>,
) -> (f64, Ms::Tallies)
where
    M: Model,
    X: Shape,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    L: LossFor<Y::Form, M>,
    Ms: Metrics<Y::Form, M>,
{
    let width = width::<M>();
    let mut tallies = Ms::Tallies::default();
    let (mut sum, mut samples) = (0.0, 0);
    while samples < data.len() {
        let rows = samples..data.len().min(samples + buffers.chunk);
        let (x, targets, _) = buffers.batch.read(data, rows);
        let x = as_inputs::<M>(x);
        let y = &mut buffers.outputs[..x.len() * M::Output::SIZE];
        model.infer(x, y, &mut buffers.values);
        sum += loss.value(width, y, targets).to_f64() * x.len() as f64;
        metrics.add(&mut tallies, width, y, targets);
        samples += x.len();
    }
    (sum / samples as f64 + penalties(model).to_f64(), tallies)
}
