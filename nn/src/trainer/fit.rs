//! The training loop.

use std::path::Path;

use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::evaluate::{Buffers, pass};
use super::rows::Rows;
use super::tally::{SoFar, Tally};
use super::{Done, Minibatch, Options, Trainer, backup};
use crate::accepts::{AcceptsSamples, AcceptsTargets};
use crate::callback::{Callbacks, Event, Now, Running, Stop, Training};
use crate::checkpoint::{self, TrainingState};
use crate::data::Dataset;
use crate::error::Error;
use crate::history::History;
use crate::loss::{Loss, LossFor};
use crate::metric::Metrics;
use crate::model::{Model, Pass};
use crate::optimizer::{Frozen, Optimizer};
use crate::parameters::Parameters;
use crate::progress::{Progress, Verbosity};
use crate::save::check_folder;
use crate::targets::{Form, Targets};
use crate::workspace::{Workspace, width};

impl<O, L, Ms, V, Cs> Trainer<O, L, Ms, V, Cs> {
    /// Trains `model` on `data`.
    pub(super) fn run<M, X, Y, VX, VY>(
        &mut self,
        model: &mut M,
        data: &Dataset<X, Y, M::Element>,
        validation: Option<&Dataset<VX, VY, M::Element>>,
    ) -> Result<History, Error>
    where
        M: Model + AcceptsSamples<Verdict<X, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
        M: AcceptsSamples<Verdict<VX, M::Input>> + AcceptsTargets<Verdict<VY::Outputs, M::Output>>,
        X: Shape<List: Compare<<M::Input as Shape>::List>>,
        VX: Shape<List: Compare<<M::Input as Shape>::List>>,
        Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
        VY: Targets<Item = <<VY as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
        Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
        VY::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
        O: Optimizer<M::Element>,
        L: LossFor<Y::Form, M> + LossFor<VY::Form, M>,
        Ms: Metrics<Y::Form, M> + Metrics<VY::Form, M>,
        Cs: Callbacks<M>,
    {
        self.options.check(data.len())?;
        self.options.backup.as_deref().map_or(Ok(()), check_folder)?;
        self.optimizer.validate()?;
        Loss::<Y::Form, M::Ending, M::Element>::validate(&self.loss)?;
        Metrics::<Y::Form, M>::validate(&self.metrics)?;
        let mut frozen = Frozen::<M>::new();
        for (name, freeze) in &self.options.freezes {
            frozen = if *freeze { frozen.freeze(name)? } else { frozen.unfreeze(name)? };
        }
        self.optimizer.bind(frozen.arrays())?;

        let Self { optimizer, loss, metrics, callbacks, options, done, .. } = self;
        let batch_size = options.batch_size.min(data.len());
        let rows = Rows::new(data.len(), batch_size, options.drop_remainder, options.shuffle, options.seed);
        let steps = options.steps_per_epoch.unwrap_or(rows.batches());
        let mut first = options.initial_epoch.unwrap_or(0);
        if options.initial_epoch.is_some() {
            *done = Done { epochs: first as u64, steps: (first as u64).wrapping_mul(steps as u64) };
        }
        let mut history = History::default();
        let mut is_ended = false;
        if let Some(path) = options.backup.as_deref().filter(|path| path.exists()) {
            let check = |state: &TrainingState| backup::check(path, state, options, steps);
            let state = checkpoint::load_if(path, model, optimizer, check)?;
            is_ended = backup::restore::<M, _>(&state, callbacks);
            *done = Done { epochs: state.epochs, steps: state.steps };
            first = usize::try_from(state.epochs).unwrap_or(usize::MAX);
            history = state.history;
        }

        // One entry into the pool for the whole training: each entry from outside may allocate.
        rayon::scope(|_| {
            let mut fit = Fit {
                tally: Tally::<Y::Form, M, Ms>::new(),
                workspace: Workspace::new(batch_size),
                batch: Minibatch::new(batch_size),
                progress: Progress::new(options.verbosity, options.epochs, steps),
                now: Now {
                    epoch: first,
                    epochs: options.epochs,
                    steps,
                    total_steps: done.steps,
                    is_silent: options.verbosity == Verbosity::Silent,
                    ..Now::default()
                },
                kept: model.to_boxed(),
                model,
                data,
                optimizer,
                loss,
                metrics,
                callbacks,
                frozen,
                options,
                done,
                rows,
                history,
            };
            let mut buffers = validation.map(|data| Buffers::new::<M>(batch_size.min(data.len())));
            let end = if is_ended { first } else { fit.options.epochs };
            let mut tally = Tally::<VY::Form, M, Ms>::new();
            fit.train(end, validation.is_some(), |model, metrics| {
                let (data, buffers) = validation.zip(buffers.as_mut())?;
                Some(pass(model, data, loss, metrics, &mut tally, buffers))
            })?;
            Ok(fit.history)
        })
    }
}

impl Options {
    fn check(&self, samples: usize) -> Result<(), Error> {
        Error::unless_at_least_one("batch_size", self.batch_size)?;
        Error::unless_at_least_one("epochs", self.epochs)?;
        Error::unless_at_least_one("steps_per_epoch", self.steps_per_epoch.unwrap_or(1))?;
        if self.drop_remainder && self.batch_size > samples {
            let must = "at most the number of samples where `drop_remainder` leaves shorter batches out";
            return Err(Error::Option { option: "batch_size", value: self.batch_size.to_string(), must });
        }
        match self.initial_epoch {
            Some(epoch) if epoch >= self.epochs => Err(Error::Option {
                option: "initial_epoch",
                value: epoch.to_string(),
                must: "less than `epochs`, which counts those before it too",
            }),
            _ => Ok(()),
        }
    }
}

/// A training that runs.
struct Fit<'a, M: Model, X: Shape, Y: Targets, O, L, Ms: Metrics<Y::Form, M>, Cs> {
    model: &'a mut M,
    data: &'a Dataset<X, Y, M::Element>,
    optimizer: &'a mut O,
    loss: &'a L,
    metrics: &'a Ms,
    callbacks: &'a mut Cs,
    frozen: Frozen<M>,
    options: &'a Options,
    done: &'a mut Done,
    rows: Rows,
    workspace: Workspace<M>,
    batch: Minibatch<X, Y, M::Element>,
    tally: Tally<Y::Form, M, Ms>,
    /// The weights of the end of the last epoch.
    kept: Box<M>,
    history: History,
    progress: Progress,
    now: Now,
}

/// How the steps of an epoch have ended.
enum Outcome {
    Whole,
    /// A callback has stopped them.
    Cut,
    /// The loss, or a weight after the last step.
    NotFinite(f64),
}

impl<M, X, Y, O, L, Ms, Cs> Fit<'_, M, X, Y, O, L, Ms, Cs>
where
    M: Model + AcceptsSamples<Verdict<X, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
    X: Shape<List: Compare<<M::Input as Shape>::List>>,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
    O: Optimizer<M::Element>,
    L: LossFor<Y::Form, M>,
    Ms: Metrics<Y::Form, M>,
    Cs: Callbacks<M>,
{
    /// Trains up to the epoch `end`. `validate` gives the values of the validation data, if there are some.
    fn train(
        &mut self,
        end: usize,
        has_validation: bool,
        validate: impl FnMut(&M, &Ms) -> Option<Vec<(String, f64)>>,
    ) -> Result<(), Error> {
        self.now.names = self.names(has_validation);
        self.call(Event::TrainBegin)?;
        let trained = self.epochs(end, validate);
        self.now.values.clear();
        let ended = self.call(Event::TrainEnd);
        trained.and(ended) // The error that ended the training is the one to be told.
    }

    /// The epochs up to `end`.
    fn epochs(
        &mut self,
        end: usize,
        mut validate: impl FnMut(&M, &Ms) -> Option<Vec<(String, f64)>>,
    ) -> Result<(), Error> {
        while self.now.epoch < end && self.now.stop == Stop::Never {
            self.progress.begin(self.now.epoch + 1);
            self.now.values.clear();
            self.tally.reset(self.metrics);
            self.now.step = 0;
            self.call(Event::EpochBegin)?;
            let outcome = self.steps()?;
            if let Outcome::NotFinite(loss) = outcome {
                return self.restore_kept(loss);
            }
            self.kept.as_mut_slice().copy_from_slice(self.model.as_slice());
            self.done.epochs += 1;

            // What callbacks have logged comes after the loss and metrics.
            let logged = std::mem::take(&mut self.now.values);
            self.now.values = self.tally.values(self.metrics, 0.0);
            let values = validate(self.model, self.metrics);
            let values = values.into_iter().flatten().map(|(name, value)| (format!("val_{name}"), value));
            self.now.values.extend(values);
            self.now.values.extend(logged);
            self.call(Event::EpochEnd)?;
            self.progress.end(self.now.step, &self.now.values);
            self.history.push(&self.now.values);
            self.now.epoch += 1;
            if let (Some(path), Outcome::Whole) = (&self.options.backup, outcome) {
                self.save(path)?;
            }
        }
        self.kept.as_mut_slice().copy_from_slice(self.model.as_slice());
        self.frozen.keep(self.model, |model| self.optimizer.finish(model.as_mut_slice()));
        if self.model.as_slice() != self.kept.as_slice() {
            self.frozen.constrain(self.model); // The average is one of weights before they were brought back.
        }
        Ok(())
    }

    /// The names of the values that an epoch will have, without those that callbacks announce.
    fn names(&self, has_validation: bool) -> Vec<String> {
        let mut names = vec!["loss".to_owned()];
        self.metrics.names(&mut |name| names.push(name.to_owned()));
        if has_validation {
            names.extend_from_within(..);
            let half = names.len() / 2;
            names[half..].iter_mut().for_each(|name| name.insert_str(0, "val_"));
        }
        names
    }

    /// The steps of an epoch.
    fn steps(&mut self) -> Result<Outcome, Error> {
        let mut outcome = Outcome::Whole;
        for step in 0..self.now.steps {
            self.now.step = step;
            self.call(Event::BatchBegin)?;
            let loss = self.step()?;
            if !loss.is_finite() {
                return Ok(Outcome::NotFinite(loss));
            }
            self.now.step = step + 1;
            let so_far = SoFar { tally: &self.tally, metrics: self.metrics };
            self.progress.step(self.now.step, &so_far);
            self.call(Event::BatchEnd)?;
            if self.now.stop == Stop::AfterBatch && self.now.step < self.now.steps {
                outcome = Outcome::Cut;
                break;
            }
        }
        // The last step's weights have met no loss yet.
        let is_finite = self.model.as_slice().iter().all(|weight| weight.is_finite());
        Ok(if is_finite { outcome } else { Outcome::NotFinite(f64::NAN) })
    }

    /// One step, unless the loss is not finite, and the loss.
    fn step(&mut self) -> Result<f64, Error> {
        let pass = Pass { seed: self.options.seed, step: self.done.steps };
        let number = self.done.epochs.wrapping_mul(self.now.steps as u64).wrapping_add(self.now.step as u64);
        let epoch = number / self.rows.batches() as u64;
        self.batch.fill(self.data, self.rows.batch(number), self.options.seed, epoch);
        let (inputs, targets) = (self.batch.inputs(), self.batch.targets());
        self.workspace.forward(&*self.model, &inputs, pass)?;
        let loss = match self.batch.weights() {
            None => self.workspace.loss(&*self.model, self.loss, targets),
            Some(weights) => self.workspace.weighted_loss(&*self.model, self.loss, targets, weights),
        };
        let loss = loss.to_f64();
        if loss.is_finite() {
            let outputs = self.workspace.outputs();
            self.tally.add(self.metrics, (loss, targets.len()), width::<M>(), outputs, targets.as_slice());
            let gradient = self.workspace.backward(&*self.model, &inputs, pass);
            self.frozen.step(self.optimizer, self.model, gradient)?;
            self.frozen.constrain(self.model);
            self.done.steps += 1;
            self.now.total_steps += 1;
        }
        Ok(loss)
    }

    /// The loss is not finite: gives the model back its weights of the end of the last epoch.
    fn restore_kept(&mut self, loss: f64) -> Result<(), Error> {
        self.model.as_mut_slice().copy_from_slice(self.kept.as_slice());
        self.optimizer.reset();
        self.now.stop = Stop::Never; // One before this was for another reason.
        self.call(Event::LossNotFinite)?;
        if self.now.stop != Stop::Never {
            return Ok(());
        }
        let kept = match self.history.epochs() {
            0 => "the start".into(),
            _ => format!("epoch {}", self.now.epoch),
        };
        Err(Error::LossNotFinite {
            loss,
            epoch: self.now.epoch + 1,
            step: (self.now.step + 1).min(self.now.steps),
            kept,
        })
    }

    /// Calls the callbacks.
    fn call(&mut self, event: Event) -> Result<(), Error> {
        let so_far = SoFar { tally: &self.tally, metrics: self.metrics };
        let running: Option<&dyn Running> = if event == Event::BatchEnd { Some(&so_far) } else { None };
        let mut training = Training {
            model: self.model,
            optimizer: self.optimizer,
            gradient: self.workspace.gradient(),
            history: &self.history,
            running,
            now: &mut self.now,
        };
        self.callbacks.call(event, &mut training)
    }

    /// Writes the checkpoint.
    fn save(&mut self, path: &Path) -> Result<(), Error> {
        let state = backup::state(self.callbacks, self.options, *self.done, &self.now, &self.history);
        checkpoint::save(path, &*self.model, self.optimizer, &state)
    }
}
