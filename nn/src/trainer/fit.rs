//! The training loop.

use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::evaluate::{Buffers, pass};
use super::{Minibatch, Trainer};
use crate::accepts::{AcceptsSamples, AcceptsTargets};
use crate::data::{Dataset, Order};
use crate::error::Error;
use crate::history::History;
use crate::loss::LossFor;
use crate::metric::Metrics;
use crate::model::{Model, Pass};
use crate::optimizer::{Frozen, Optimizer};
use crate::parameters::Parameters;
use crate::progress::Progress;
use crate::targets::{Form, Targets, TargetsView};
use crate::workspace::{Workspace, width};

impl<O, L, Ms, V> Trainer<O, L, Ms, V> {
    /// Trains `model` on `data`; `validation` are inputs and targets, known to be the model's.
    pub(super) fn run<M, X, Y, VY>(
        &mut self,
        model: &mut M,
        data: &Dataset<X, Y, M::Element>,
        validation: Option<(&[M::Element], TargetsView<'_, VY>)>,
    ) -> Result<History, Error>
    where
        M: Model + AcceptsSamples<Verdict<X, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
        X: Shape<List: Compare<<M::Input as Shape>::List>>,
        Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
        VY: Targets<Item = <<VY as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
        Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
        O: Optimizer<M::Element>,
        L: LossFor<Y::Form, M> + LossFor<VY::Form, M>,
        Ms: Metrics<Y::Form, M> + Metrics<VY::Form, M>,
    {
        Error::unless_at_least_one("batch_size", self.options.batch_size)?;
        Error::unless_at_least_one("epochs", self.options.epochs)?;
        self.optimizer.validate()?;
        Metrics::<Y::Form, M>::validate(&self.metrics)?;
        let mut frozen = Frozen::<M>::new();
        for (name, freeze) in &self.freezes {
            frozen = if *freeze { frozen.freeze(name)? } else { frozen.unfreeze(name)? };
        }
        let Self { optimizer, loss, metrics, options, done, .. } = self;
        let validation = validation.map(|(inputs, targets)| (inputs, targets.as_slice()));
        // One entry into the pool for the whole training: each entry from outside may allocate.
        rayon::scope(|_| {
            let batch_size = options.batch_size.min(data.len());
            let mut workspace = Workspace::<M>::new(batch_size);
            let mut batch = Minibatch::new(batch_size);
            let mut buffers = Buffers::new::<M>(batch_size);
            let mut order = Order::new(data.len(), options.seed);
            let in_order: Vec<usize> = (0..data.len()).collect();
            let mut kept = model.to_boxed();
            let mut history = History::default();
            // Kept from epoch to epoch, because some tallies have memory of their own.
            let mut running = Running::<<Ms as Metrics<Y::Form, M>>::Tallies>::default();
            let mut validated = <Ms as Metrics<VY::Form, M>>::Tallies::default();
            let mut progress = Progress::new(options.verbosity, options.epochs, data.len().div_ceil(batch_size));

            for epoch in 1..=options.epochs {
                progress.begin(epoch);
                let rows = if options.shuffle { order.epoch(done.epochs) } else { &in_order };
                (running.loss, running.samples) = (0.0, 0);
                Metrics::<Y::Form, M>::reset(metrics, &mut running.tallies);
                let so_far = |running: &Running<_>| {
                    let loss = running.loss / running.samples as f64;
                    named::<Y::Form, M, _>("", metrics, loss, &running.tallies)
                };
                let mut failed = None;
                for (step, rows) in (1..).zip(rows.chunks(batch_size)) {
                    let pass = Pass { seed: options.seed, step: done.steps };
                    batch.gather(data, rows);
                    workspace.forward(&*model, &batch.inputs(), pass)?;
                    let value = workspace.loss(&*model, loss, batch.targets()).to_f64();
                    if !value.is_finite() {
                        failed = Some((value, step));
                        break;
                    }
                    running.loss += value * rows.len() as f64;
                    running.samples += rows.len();
                    let (outputs, targets) = (workspace.outputs(), batch.targets().as_slice());
                    Metrics::<Y::Form, M>::add(metrics, &mut running.tallies, width::<M>(), outputs, targets);
                    let gradient = workspace.backward(&*model, &batch.inputs(), pass);
                    frozen.step(optimizer, model, gradient)?;
                    done.steps += 1;
                    progress.step(step, || so_far(&running));
                }
                // The last step's weights have met no loss yet.
                if failed.is_none() && !model.as_slice().iter().all(|weight| weight.is_finite()) {
                    failed = Some((f64::NAN, data.len().div_ceil(batch_size)));
                }
                if let Some((loss, step)) = failed {
                    model.as_mut_slice().copy_from_slice(kept.as_slice());
                    optimizer.reset();
                    let kept = if epoch == 1 { "the start".into() } else { format!("epoch {}", epoch - 1) };
                    return Err(Error::LossNotFinite { loss, epoch, step, kept });
                }
                kept.as_mut_slice().copy_from_slice(model.as_slice());
                done.epochs += 1;

                let mut values = so_far(&running);
                if let Some((inputs, targets)) = validation {
                    let loss = pass::<M, VY, _, _>(model, inputs, targets, loss, metrics, &mut validated, &mut buffers);
                    values.extend(named::<VY::Form, M, _>("val_", metrics, loss, &validated));
                }
                progress.end(&values);
                history.push(&values);
            }
            Ok(history)
        })
    }
}

/// The loss and metrics of an epoch so far.
#[derive(Default)]
struct Running<Tallies> {
    loss: f64,
    samples: usize,
    tallies: Tallies,
}

/// Loss and metrics under their names, in the order of names, as Keras shows them.
fn named<F, M, Ms>(prefix: &str, metrics: &Ms, loss: f64, tallies: &Ms::Tallies) -> Vec<(String, f64)>
where
    F: Form,
    M: Model,
    Ms: Metrics<F, M>,
{
    let mut values = vec![(format!("{prefix}loss"), loss)];
    metrics.results(tallies, &mut |name, value| values.push((format!("{prefix}{name}"), value)));
    values.sort_by(|a, b| a.0.cmp(&b.0));
    values
}
