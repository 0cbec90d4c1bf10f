//! [`Trainer`]: the training loop, with its options.

use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::accepts::{AcceptsSamples, AcceptsTargets};
use crate::data::Dataset;
use crate::error::Error;
use crate::history::{Evaluation, History};
use crate::loss::LossFor;
use crate::metric::Metrics;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::parameters::Parameters;
use crate::progress::Verbosity;
use crate::targets::{Form, Targets};

mod evaluate;
mod fit;
mod minibatch;
#[cfg(test)]
mod tests;

pub(crate) use evaluate::evaluate;
pub use minibatch::Minibatch;

/// Trains a model: the options of Keras' `compile` and `fit`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/example.rs"));
/// # fn main() -> Result<(), katachi::error::Error> {
/// use katachi::loss::SparseCategoricalCrossentropy;
/// use katachi::metric::Accuracy;
/// use katachi::optimizer::Adam;
/// use katachi::{Model, Trainer, Verbosity};
///
/// # use katachi::data::Dataset;
/// # use katachi::targets::Labels;
/// # let points: Vec<f32> = (0..90).flat_map(|i| [[3.0, 0.0], [0.0, 3.0], [-2.0, -2.0]][i % 3]).collect();
/// # let data = Dataset::<shape!(2), Labels<katachi::typenum::U3>>::from_labels(points, (0..90).map(|i| i % 3).collect())?;
/// # let (train, rest) = data.split_at(50)?;
/// # let (validation, test) = rest.split_at(20)?;
/// let mut model = Scaled::<f32>::init(22);
/// let mut trainer = Trainer::new(Adam::new(0.1), SparseCategoricalCrossentropy::from_logits())
///     .metric(Accuracy)
///     .epochs(10)
///     .batch_size(16)
///     .seed(22)
///     .validation(&validation)
///     .verbose(Verbosity::Silent);
/// let history = trainer.fit(&mut model, &train)?;
/// println!("{history}"); // a line for each epoch: accuracy, loss, val_accuracy, val_loss
/// assert_eq!(history.last("val_accuracy"), Some(1.0));
///
/// let evaluation = trainer.evaluate(&model, &test)?;
/// println!("{evaluation}"); // accuracy: 1.0000 - loss: 0.0150
/// assert!(evaluation.loss() < 0.1);
/// # Ok(())
/// # }
/// ```
///
/// # What it does
/// [`fit`](Trainer::fit) is this loop, which can be written by hand with the same public calls, and then gives the same
/// model to the last bit:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/example.rs"));
/// # fn main() -> Result<(), katachi::error::Error> {
/// use katachi::data::{Dataset, Order};
/// use katachi::loss::SparseCategoricalCrossentropy;
/// use katachi::optimizer::{Adam, Optimizer};
/// use katachi::trainer::Minibatch;
/// use katachi::{Model, Pass, Workspace};
///
/// # use katachi::targets::Labels;
/// # use katachi::{Parameters, Trainer};
/// # let points: Vec<f32> = (0..50).flat_map(|i| [[3.0, 0.0], [0.0, 3.0], [-2.0, -2.0]][i % 3]).collect();
/// # let train = Dataset::<shape!(2), Labels<katachi::typenum::U3>>::from_labels(points, (0..50).map(|i| i % 3).collect())?;
/// let mut model = Scaled::<f32>::init(22);
/// let loss = SparseCategoricalCrossentropy::from_logits();
/// let mut optimizer = Adam::new(0.1);
///
/// let mut workspace = Workspace::new(16);
/// let mut batch = Minibatch::new(16);
/// let mut order = Order::new(train.len(), 22);
/// let mut pass = Pass { seed: 22, step: 0 };
/// for epoch in 0..10 {
///     let mut total = 0.0;
///     for rows in order.epoch(epoch).chunks(16) {
///         batch.gather(&train, rows);
///         workspace.forward(&model, &batch.inputs(), pass)?;
///         total += workspace.loss(&model, &loss, batch.targets()) * rows.len() as f32;
///         let gradient = workspace.backward(&model, &batch.inputs(), pass);
///         optimizer.step(&mut model, gradient)?;
///         pass.step += 1;
///     }
///     println!("epoch {}: loss {}", epoch + 1, total / train.len() as f32);
/// }
/// # let mut same = Scaled::<f32>::init(22);
/// # Trainer::new(Adam::new(0.1), loss).epochs(10).batch_size(16).seed(22).fit(&mut same, &train)?;
/// # assert_eq!(model.as_slice(), same.as_slice());
/// # Ok(())
/// # }
/// ```
///
/// Products are split over the threads of the rayon pool that the caller is in, or else of the global one, which is
/// entered once for the whole training. The result does not depend on how many there are. After the first step nothing
/// is allocated but a line of the [`History`] for each epoch (and the text of a progress bar, where one is shown).
#[derive(Clone, Debug)]
pub struct Trainer<O, L, Ms = (), V = ()> {
    optimizer: O,
    loss: L,
    metrics: Ms,
    validation: V,
    options: Options,
    /// Names that were frozen (true) or unfrozen, in the order of the calls.
    freezes: Vec<(String, bool)>,
    done: Done,
}

/// Data on which every epoch ends, as [`Trainer::validation`] takes them.
pub struct Validation<'a, X: Shape, Y: Targets, T: Element>(&'a Dataset<X, Y, T>);

#[derive(Clone, Copy, Debug)]
struct Options {
    epochs: usize,
    batch_size: usize,
    seed: u64,
    shuffle: bool,
    verbosity: Verbosity,
}

/// What was trained so far, where a second `fit` goes on.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    epochs: u64,
    steps: u64,
}

impl<O, L> Trainer<O, L> {
    /// A trainer with Keras' defaults: 1 epoch, batches of 32 samples, shuffled, no metric, no validation; seed 0.
    pub fn new(optimizer: O, loss: L) -> Self {
        let options = Options { epochs: 1, batch_size: 32, seed: 0, shuffle: true, verbosity: Verbosity::Auto };
        Self { optimizer, loss, metrics: (), validation: (), options, freezes: Vec::new(), done: Done::default() }
    }
}

impl<O, L, Ms, V> Trainer<O, L, Ms, V> {
    /// One more metric, to be computed on training and validation data.
    pub fn metric<N>(self, metric: N) -> Trainer<O, L, (Ms, N), V> {
        let Self { optimizer, loss, metrics, validation, options, freezes, done } = self;
        Trainer { optimizer, loss, metrics: (metrics, metric), validation, options, freezes, done }
    }

    /// How often [`fit`](Trainer::fit) goes through the data.
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.options.epochs = epochs;
        self
    }

    /// How many samples a step takes. The last step of an epoch takes what is left.
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.options.batch_size = batch_size;
        self
    }

    /// What decides the order of the samples and what dropout drops. The same seed gives the same bits, on any number
    /// of threads. (The parameters begin as the seed of [`Model::init`] says.)
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.seed = seed;
        self
    }

    /// Whether each epoch visits the samples in another random order.
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.options.shuffle = shuffle;
        self
    }

    /// Leaves the parameters of that name as they are, to the last bit: Keras' `trainable = False`.
    ///
    /// A name is that of a layer, or of a parameter: `encoder`, `encoder.hidden`, `encoder.hidden.weight`; the model is
    /// asked for it in [`fit`](Trainer::fit), and an unknown one is an error there. Of several calls the later ones win.
    /// [`Frozen`](crate::optimizer::Frozen) says more, and does the same in a loop of one's own.
    ///
    /// ```
    /// use katachi::prelude::*;
    ///
    /// model! {
    ///     struct Classifier { hidden: Dense(64 => 16, relu), logits: Dense(16 => 10) }
    /// }
    ///
    /// # fn main() -> Result<(), Error> {
    /// let data = data::digits().take(200)?;
    /// let mut model = Classifier::init(22); // with a hidden layer that was trained elsewhere
    /// let hidden = model.hidden.clone();
    ///
    /// let loss = SparseCategoricalCrossentropy::from_logits();
    /// let mut trainer = Trainer::new(Adam::new(1e-3), loss).freeze("hidden").verbose(Verbosity::Silent);
    /// trainer.fit(&mut model, &data)?; // first the new layer alone
    /// assert_eq!(model.hidden, hidden);
    ///
    /// trainer.unfreeze("hidden").fit(&mut model, &data)?; // then all
    /// assert_ne!(model.hidden, hidden);
    /// # Ok(())
    /// # }
    /// ```
    pub fn freeze(mut self, name: impl Into<String>) -> Self {
        self.freezes.push((name.into(), true));
        self
    }

    /// Trains the parameters of that name again. Those that are declared `#[frozen]` are no such: an error in
    /// [`fit`](Trainer::fit).
    pub fn unfreeze(mut self, name: impl Into<String>) -> Self {
        self.freezes.push((name.into(), false));
        self
    }

    /// What is written to standard error meanwhile.
    pub fn verbose(mut self, verbosity: Verbosity) -> Self {
        self.options.verbosity = verbosity;
        self
    }

    /// Data on which the loss and metrics are computed at the end of every epoch, as `val_loss` and so on. They decide
    /// nothing: a `val_loss` that is NaN does not end the training.
    pub fn validation<X: Shape, Y: Targets, T: Element>(
        self,
        data: &Dataset<X, Y, T>,
    ) -> Trainer<O, L, Ms, Validation<'_, X, Y, T>> {
        let Self { optimizer, loss, metrics, options, freezes, done, .. } = self;
        Trainer { optimizer, loss, metrics, validation: Validation(data), options, freezes, done }
    }

    /// The loss and metrics of a model on `data`.
    ///
    /// An error if the batch size is 0, or if an option of a metric makes no sense.
    pub fn evaluate<M, X, Y>(&self, model: &M, data: &Dataset<X, Y, M::Element>) -> Result<Evaluation, Error>
    where
        M: Model + AcceptsSamples<Verdict<X, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
        X: Shape<List: Compare<<M::Input as Shape>::List>>,
        Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
        Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
        L: LossFor<Y::Form, M>,
        Ms: Metrics<Y::Form, M>,
    {
        Error::unless_at_least_one("batch_size", self.options.batch_size)?;
        self.metrics.validate()?;
        let (inputs, targets) = (data.inputs().as_slice(), data.targets());
        Ok(evaluate::<M, Y, _, _>(model, inputs, targets, &self.loss, &self.metrics, self.options.batch_size))
    }
}

impl<O, L, Ms> Trainer<O, L, Ms> {
    /// Trains `model` on `data`, and reports the loss and metrics of every epoch.
    ///
    /// A second call goes on where the first ended: the optimizer keeps its moments. For another model make another
    /// trainer.
    ///
    /// An error, before anything is changed, if an option makes no sense or a name to [`freeze`](Self::freeze) is none of
    /// the model's. An error too when the loss becomes infinite or
    /// NaN: the model then gets back its weights of the end of the last epoch, or those it began with, and the optimizer
    /// begins anew.
    pub fn fit<M, X, Y>(&mut self, model: &mut M, data: &Dataset<X, Y, M::Element>) -> Result<History, Error>
    where
        M: Model + AcceptsSamples<Verdict<X, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
        X: Shape<List: Compare<<M::Input as Shape>::List>>,
        Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
        Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
        O: Optimizer<M::Element>,
        L: LossFor<Y::Form, M>,
        Ms: Metrics<Y::Form, M>,
    {
        self.run::<M, X, Y, Y>(model, data, None)
    }
}

impl<O, L, Ms, VX: Shape, VY: Targets, T: Element> Trainer<O, L, Ms, Validation<'_, VX, VY, T>> {
    /// As [`fit`](Trainer::fit) without validation data, and computes the loss and metrics of those after every epoch.
    pub fn fit<M, X, Y>(&mut self, model: &mut M, data: &Dataset<X, Y, T>) -> Result<History, Error>
    where
        M: Model<Element = T> + AcceptsSamples<Verdict<X, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
        M: AcceptsSamples<Verdict<VX, M::Input>> + AcceptsTargets<Verdict<VY::Outputs, M::Output>>,
        X: Shape<List: Compare<<M::Input as Shape>::List>>,
        VX: Shape<List: Compare<<M::Input as Shape>::List>>,
        Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<T>>,
        VY: Targets<Item = <<VY as Targets>::Form as Form>::Item<T>>,
        Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
        VY::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
        O: Optimizer<T>,
        L: LossFor<Y::Form, M> + LossFor<VY::Form, M>,
        Ms: Metrics<Y::Form, M> + Metrics<VY::Form, M>,
    {
        let data_of_validation = (self.validation.0.inputs().as_slice(), self.validation.0.targets());
        self.run::<M, X, Y, VY>(model, data, Some(data_of_validation))
    }
}

impl<X: Shape, Y: Targets, T: Element> Clone for Validation<'_, X, Y, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<X: Shape, Y: Targets, T: Element> Copy for Validation<'_, X, Y, T> {}

impl<X: Shape, Y: Targets, T: Element> core::fmt::Debug for Validation<'_, X, Y, T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Validation").field(self.0).finish()
    }
}
