//! The loss and metrics of a model on data, without changing it.

use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::history::Evaluation;
use crate::loss::LossFor;
use crate::metric::Metrics;
use crate::model::Model;
use crate::parameters::Parameters;
use crate::targets::{Form, Targets, TargetsView};
use crate::workspace::{as_inputs, penalties, width};

/// What an evaluation writes, for chunks of up to a fixed number of samples.
pub(super) struct Buffers<T> {
    outputs: Vec<T>,
    values: Vec<T>,
    chunk: usize,
}

impl<T: Element> Buffers<T> {
    pub fn new<M: Model<Element = T>>(chunk: usize) -> Self {
        let outputs = vec![T::ZERO; chunk * M::Output::SIZE];
        Self { outputs, values: vec![T::ZERO; M::INFERENCE_WORKSPACE.for_batch(chunk)], chunk }
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
        let mut tallies = Ms::Tallies::default();
        let loss = pass::<M, Y, _, _>(model, inputs, targets, loss, metrics, &mut tallies, &mut buffers);
        let mut values = vec![("loss".to_owned(), loss)];
        metrics.results(&tallies, &mut |name, value| values.push((name.to_owned(), value)));
        values.sort_by(|a, b| a.0.cmp(&b.0));
        Evaluation { values }
    })
}

/// The mean loss over all samples, and the tallies of them in the place of what was tallied before. Allocates nothing once
/// the tallies have seen a batch.
pub(super) fn pass<M, Y, L, Ms>(
    model: &M,
    inputs: &[M::Element],
    targets: &[Y::Item],
    loss: &L,
    metrics: &Ms,
    tallies: &mut Ms::Tallies,
    buffers: &mut Buffers<M::Element>,
) -> f64
where
    M: Model,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    L: LossFor<Y::Form, M>,
    Ms: Metrics<Y::Form, M>,
{
    let width = width::<M>();
    metrics.reset(tallies);
    let (mut sum, mut samples) = (0.0, 0);
    let chunks = inputs.chunks(buffers.chunk * M::Input::SIZE).zip(targets.chunks(buffers.chunk * Y::ITEMS));
    for (x, targets) in chunks {
        let x = as_inputs::<M>(x);
        let y = &mut buffers.outputs[..x.len() * M::Output::SIZE];
        model.infer(x, y, &mut buffers.values);
        sum += loss.value(width, y, targets).to_f64() * x.len() as f64;
        metrics.add(tallies, width, y, targets);
        samples += x.len();
    }
    sum / samples as f64 + penalties(model).to_f64()
}
