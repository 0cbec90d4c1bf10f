//! [`Tally`]: the loss and metrics of an epoch so far.

use crate::callback::Running;
use crate::metric::Metrics;
use crate::model::Model;
use crate::targets::Form;

/// The loss and metrics of the samples that were added.
pub(super) struct Tally<F: Form, M: Model, Ms: Metrics<F, M>> {
    loss: f64,
    samples: usize,
    tallies: Ms::Tallies,
}

impl<F: Form, M: Model, Ms: Metrics<F, M>> Tally<F, M, Ms> {
    /// That of no sample.
    pub fn new() -> Self {
        Self { loss: 0.0, samples: 0, tallies: Ms::Tallies::default() }
    }

    /// Makes it that of no sample again, and keeps its memory.
    pub fn reset(&mut self, metrics: &Ms) {
        (self.loss, self.samples) = (0.0, 0);
        metrics.reset(&mut self.tallies);
    }

    /// Adds a batch of `samples`: its mean loss, and the outputs and targets for the metrics.
    pub fn add(
        &mut self,
        metrics: &Ms,
        (loss, samples): (f64, usize),
        width: usize,
        outputs: &[M::Element],
        targets: &[F::Item<M::Element>],
    ) {
        self.loss += loss * samples as f64;
        self.samples += samples;
        metrics.add(&mut self.tallies, width, outputs, targets);
    }

    /// The loss and the metrics with their names, in the order of names, as Keras shows them. `penalty` is added to the loss.
    pub fn values(&self, metrics: &Ms, penalty: f64) -> Vec<(String, f64)> {
        let mut values = vec![("loss".to_owned(), self.loss / self.samples as f64 + penalty)];
        metrics.results(&self.tallies, &mut |name, value| values.push((name.to_owned(), value)));
        values.sort_by(|a, b| a.0.cmp(&b.0));
        values
    }
}

/// A tally with the metrics that it is of.
pub(super) struct SoFar<'a, F: Form, M: Model, Ms: Metrics<F, M>> {
    pub tally: &'a Tally<F, M, Ms>,
    pub metrics: &'a Ms,
}

impl<F: Form, M: Model, Ms: Metrics<F, M>> Running for SoFar<'_, F, M, Ms> {
    fn each(&self, each: &mut dyn FnMut(&str, f64)) {
        let Self { tally, metrics } = self;
        metrics.results(&tally.tallies, &mut |name, value| each(name, value));
        each("loss", tally.loss / tally.samples as f64);
    }
}
