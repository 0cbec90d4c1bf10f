//! The loss and metrics of a model on data, without changing it.

use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::history::Evaluation;
use crate::loss::LossFor;
use crate::metric::Metrics;
use crate::model::Model;
use crate::parameters::Parameters;
use crate::targets::{Form, Targets, TargetsView};
use crate::workspace::{as_inputs, penalties, penalty_scratch, width};

/// What an evaluation writes, for chunks of up to a fixed number of samples.
pub(super) struct Buffers<T> {
    outputs: Vec<T>,
    values: Vec<T>,
    penalties: Vec<T>,
    chunk: usize,
}

impl<T: Element> Buffers<T> {
    pub fn new<M: Model<Element = T>>(chunk: usize) -> Self {
        let outputs = vec![T::ZERO; chunk * M::Output::SIZE];
        let values = vec![T::ZERO; M::INFERENCE_WORKSPACE.for_batch(chunk)];
        Self { outputs, values, penalties: penalty_scratch::<M>(), chunk }
    }
}

/// The loss and metrics of `model`, `chunk` samples at a time, inside the thread pool.
pub(crate) fn evaluate<M, Y, L, Ms>(
    model: &M,
    inputs: &[M::Element],
    targets: TargetsView<'_, Y>,
    loss: &L,
    metrics: &Ms,
    chunk: usize,
) -> Evaluation
where
    M: Model,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    L: LossFor<Y::Form, M>,
    Ms: Metrics<Y::Form, M>,
{
    let targets = targets.as_slice();
    rayon::scope(|_| {
        let mut buffers = Buffers::new::<M>(chunk.min(inputs.len() / M::Input::SIZE));
        let (loss, tallies) = pass::<M, Y, _, _>(model, inputs, targets, loss, metrics, &mut buffers);
        let mut values = Vec::new();
        metrics.results(&tallies, &mut |name, value| values.push((name, value)));
        values.push(("loss", loss));
        values.sort_by_key(|value| value.0);
        Evaluation { values }
    })
}

/// The mean loss and the tallies over all samples. Allocates nothing.
pub(super) fn pass<M, Y, L, Ms>(
    model: &M,
    inputs: &[M::Element],
    targets: &[Y::Item],
    loss: &L,
    metrics: &Ms,
    buffers: &mut Buffers<M::Element>,
) -> (f64, Ms::Tallies)
where
    M: Model,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    L: LossFor<Y::Form, M>,
    Ms: Metrics<Y::Form, M>,
{
    let width = width::<M>();
    let mut tallies = Ms::Tallies::default();
    let (mut sum, mut samples) = (0.0, 0);
    let chunks = inputs.chunks(buffers.chunk * M::Input::SIZE).zip(targets.chunks(buffers.chunk * Y::ITEMS));
    for (x, targets) in chunks {
        let x = as_inputs::<M>(x);
        let y = &mut buffers.outputs[..x.len() * M::Output::SIZE];
        model.infer(x, y, &mut buffers.values);
        sum += loss.value(width, y, targets).to_f64() * x.len() as f64;
        metrics.add(&mut tallies, width, y, targets);
        samples += x.len();
    }
    (sum / samples as f64 + penalties(model, &mut buffers.penalties).to_f64(), tallies)
}
