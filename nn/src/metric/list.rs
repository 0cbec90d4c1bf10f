//! Several metrics at once, and whether they fit a model.

use katachi_core::compare::{Compare, Verdict};
use katachi_core::shape::Shape;

use super::Metric;
use crate::error::Error;
use crate::loss::{FitsOutputs, TakesOutputs};
use crate::model::Model;
use crate::targets::Form;
use crate::workspace::width;

/// A [`Metric`] that fits targets of form `F` and the model `M`: what it ends in, the numbers it computes in, and the shape
/// of its outputs. Nothing implements it but what a [`Metric`] is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metric for these targets and this model",
    note = "the table of `katachi::metric` says which metric fits which targets: for classes there are `Accuracy` and more, \
            for values `MeanSquaredError` and more; the loss is reported without being a metric; one of your own implements \
            `Metric` or `SampleLoss`"
)]
pub trait MetricFor<F: Form, M: Model>: Metric<F, M::Ending, M::Element> {}

impl<F: Form, M: Model, N: Metric<F, M::Ending, M::Element>> MetricFor<F, M> for N
where
    M::Output: Shape<List: Compare<<<N::Outputs as TakesOutputs>::Shape<M::Output> as Shape>::List>>,
    <N::Outputs as TakesOutputs>::Fits: FitsOutputs<Verdict<M::Output, <N::Outputs as TakesOutputs>::Shape<M::Output>>>,
{
}

/// Several metrics on targets of form `F` for the model `M`: `()`, or such a list followed by one more.
pub trait Metrics<F: Form, M: Model>: Sync {
    /// The tallies of all of them.
    type Tallies: Default + Send;

    /// Whether every option of every metric makes sense for this model, and no two have the same name, nor one that
    /// stands for something else (`loss`, `val_…`). Asked before the first [`add`](Self::add).
    fn validate(&self) -> Result<(), Error>;

    /// Calls `each` with the name of every metric, in their order.
    fn names(&self, each: &mut dyn FnMut(&str));

    /// Adds a batch to every tally.
    fn add(&self, tallies: &mut Self::Tallies, width: usize, outputs: &[M::Element], targets: &[F::Item<M::Element>]);

    /// Calls `each` with the name and the result of every metric, in their order.
    fn results(&self, tallies: &Self::Tallies, each: &mut dyn FnMut(&str, f64));

    /// Makes every tally that of no sample again, in the memory that is there.
    fn reset(&self, tallies: &mut Self::Tallies);
}

impl<F: Form, M: Model> Metrics<F, M> for () {
    type Tallies = ();

    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }

    fn names(&self, _: &mut dyn FnMut(&str)) {}

    fn add(&self, (): &mut (), _: usize, _: &[M::Element], _: &[F::Item<M::Element>]) {}

    fn results(&self, (): &(), _: &mut dyn FnMut(&str, f64)) {}

    fn reset(&self, (): &mut ()) {}
}

impl<F: Form, M: Model, Rest: Metrics<F, M>, N: MetricFor<F, M>> Metrics<F, M> for (Rest, N) {
    type Tallies = (Rest::Tallies, N::Tally);

    fn validate(&self) -> Result<(), Error> {
        self.0.validate()?;
        self.1.validate(width::<M>())?;
        let name = self.1.name();
        let problem = |problem: &str| {
            let help = "give it one of its own, as in `.metric(Precision::new().named(\"precision_2\"))`";
            Err(Error::data(format!("metric `{name}`"), problem, help))
        };
        if name.is_empty() || name == "loss" || name.starts_with("val_") {
            return problem("the name stands for something else in a history");
        }
        let mut is_taken = false;
        self.0.names(&mut |other| is_taken |= other == name);
        if is_taken { problem("another metric has the same name") } else { Ok(()) }
    }

    fn names(&self, each: &mut dyn FnMut(&str)) {
        self.0.names(each);
        each(self.1.name());
    }

    fn add(&self, tallies: &mut Self::Tallies, width: usize, outputs: &[M::Element], targets: &[F::Item<M::Element>]) {
        self.0.add(&mut tallies.0, width, outputs, targets);
        self.1.add(&mut tallies.1, width, outputs, targets);
    }

    fn results(&self, tallies: &Self::Tallies, each: &mut dyn FnMut(&str, f64)) {
        self.0.results(&tallies.0, each);
        each(self.1.name(), self.1.result(&tallies.1));
    }

    fn reset(&self, tallies: &mut Self::Tallies) {
        self.0.reset(&mut tallies.0);
        self.1.reset(&mut tallies.1);
    }
}
