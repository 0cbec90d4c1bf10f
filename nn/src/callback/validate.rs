//! [`Validate`].

use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::{Callback, Training};
use crate::accepts::{AcceptsSamples, AcceptsTargets};
use crate::data::Dataset;
use crate::error::Error;
use crate::loss::{Loss, LossFor};
use crate::metric::Metrics;
use crate::model::Model;
use crate::parameters::Parameters;
use crate::targets::{Form, Targets};
use crate::trainer::evaluate;

/// Computes the loss and metrics of one more dataset after every epoch, beside the trainer's own validation data. It stands
/// before the callbacks that watch one of its values.
///
/// ```
/// use katachi::callback::Validate;
/// use katachi::prelude::*;
///
/// model! {
///     struct Classifier { logits: Dense(64 => 10) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let (train, test) = data::digits().shuffle(22).split(0.8)?;
/// let inverted = test.map_inputs(|pixel| 1.0 - pixel);
/// let loss = SparseCategoricalCrossentropy::from_logits();
/// let history = Trainer::new(Adam::new(0.01), loss)
///     .validation(&test)
///     .callback(Validate::new("inverted", &inverted, loss).metric(Accuracy))
///     .verbose(Verbosity::Silent)
///     .fit(&mut Classifier::init(22), &train)?;
/// assert!(history.last("inverted_loss") > history.last("val_loss"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Validate<'a, X: Shape, Y: Targets, T: Element, L, Ms = ()> {
    name: String,
    data: &'a Dataset<X, Y, T>,
    loss: L,
    metrics: Ms,
    batch_size: usize,
}

impl<'a, X: Shape, Y: Targets, T: Element, L> Validate<'a, X, Y, T, L> {
    /// The values are those of `data`, named `name_loss` and so on.
    pub fn new(name: impl Into<String>, data: &'a Dataset<X, Y, T>, loss: L) -> Self {
        Self { name: name.into(), data, loss, metrics: (), batch_size: 256 }
    }
}

impl<'a, X: Shape, Y: Targets, T: Element, L, Ms> Validate<'a, X, Y, T, L, Ms> {
    /// One more metric.
    pub fn metric<N>(self, metric: N) -> Validate<'a, X, Y, T, L, (Ms, N)> {
        let Self { name, data, loss, metrics, batch_size } = self;
        Validate { name, data, loss, metrics: (metrics, metric), batch_size }
    }

    /// How many samples are computed at a time; 256 unless said.
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.batch_size = batch_size;
        self
    }
}

impl<M, X, Y, L, Ms> Callback<M> for Validate<'_, X, Y, M::Element, L, Ms>
where
    M: Model + AcceptsSamples<Verdict<X, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
    X: Shape<List: Compare<<M::Input as Shape>::List>>,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
    L: LossFor<Y::Form, M>,
    Ms: Metrics<Y::Form, M> + Send,
{
    fn on_train_begin(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        Error::unless_at_least_one("batch_size", self.batch_size)?;
        Loss::<Y::Form, M::Ending, M::Element>::validate(&self.loss)?;
        self.metrics.validate()?;
        training.announce(format!("{}_loss", self.name));
        self.metrics.names(&mut |name| training.announce(format!("{}_{name}", self.name)));
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        let evaluation = evaluate(&*training.model, self.data, &self.loss, &self.metrics, self.batch_size);
        for (name, value) in evaluation.iter() {
            training.log(&format!("{}_{name}", self.name), value);
        }
        Ok(())
    }
}
