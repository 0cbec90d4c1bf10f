//! [`Trainer`]: the training loop, with its options.

use std::path::{Path, PathBuf};

use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::accepts::{AcceptsSamples, AcceptsTargets};
use crate::callback::Callbacks;
use crate::data::Dataset;
use crate::error::Error;
use crate::history::{Evaluation, History};
use crate::loss::{Loss, LossFor};
use crate::metric::Metrics;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::parameters::Parameters;
use crate::progress::Verbosity;
use crate::targets::{Form, Targets};

mod backup;
mod evaluate;
mod fit;
mod minibatch;
mod rows;
mod tally;
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
pub struct Trainer<O, L, Ms = (), V = (), Cs = ()> {
    optimizer: O,
    loss: L,
    metrics: Ms,
    validation: V,
    callbacks: Cs,
    options: Options,
    done: Done,
}

/// Data on which every epoch ends, as [`Trainer::validation`] takes them.
pub struct Validation<'a, X: Shape, Y: Targets, T: Element>(&'a Dataset<X, Y, T>);

/// The part of the data on which every epoch ends, as [`Trainer::validation_split`] takes it.
#[derive(Clone, Copy, Debug)]
pub struct ValidationSplit(f64);

#[derive(Clone, Debug)]
struct Options {
    epochs: usize,
    initial_epoch: Option<usize>,
    steps_per_epoch: Option<usize>,
    batch_size: usize,
    drop_remainder: bool,
    seed: u64,
    shuffle: bool,
    verbosity: Verbosity,
    /// Names that were frozen (true) or unfrozen, in the order of the calls.
    freezes: Vec<(String, bool)>,
    /// The checkpoint that is written after every epoch, and read first.
    backup: Option<PathBuf>,
}

/// What was trained so far, where a second `fit` goes on.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    epochs: u64,
    steps: u64,
}

impl<O, L> Trainer<O, L> {
    /// A trainer with Keras' defaults: 1 epoch, batches of 32 samples, shuffled, no metric, no validation, no callback;
    /// seed 0.
    pub fn new(optimizer: O, loss: L) -> Self {
        let options = Options {
            epochs: 1,
            initial_epoch: None,
            steps_per_epoch: None,
            batch_size: 32,
            drop_remainder: false,
            seed: 0,
            shuffle: true,
            verbosity: Verbosity::Auto,
            freezes: Vec::new(),
            backup: None,
        };
        Self { optimizer, loss, metrics: (), validation: (), callbacks: (), options, done: Done::default() }
    }
}

impl<O, L, Ms, V, Cs> Trainer<O, L, Ms, V, Cs> {
    /// One more metric, to be computed on training and validation data.
    pub fn metric<N>(self, metric: N) -> Trainer<O, L, (Ms, N), V, Cs> {
        let Self { optimizer, loss, metrics, validation, callbacks, options, done } = self;
        Trainer { optimizer, loss, metrics: (metrics, metric), validation, callbacks, options, done }
    }

    /// One more [callback](crate::callback); `&mut` of one, to look at it after the training.
    pub fn callback<C>(self, callback: C) -> Trainer<O, L, Ms, V, (Cs, C)> {
        let Self { optimizer, loss, metrics, validation, callbacks, options, done } = self;
        Trainer { optimizer, loss, metrics, validation, callbacks: (callbacks, callback), options, done }
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

    /// The number of the first epoch, from 0: [`fit`](Trainer::fit) then trains the epochs from there to
    /// [`epochs`](Self::epochs), with the order of samples that they would have had after the others. For a training that
    /// is continued with a model that was loaded; with [`backup_and_restore`](Self::backup_and_restore) it is not needed.
    pub fn initial_epoch(mut self, epoch: usize) -> Self {
        self.options.initial_epoch = Some(epoch);
        self
    }

    /// How many steps an epoch takes, in place of one pass through the data: more begin the next pass, fewer leave the rest
    /// for the next epoch.
    pub fn steps_per_epoch(mut self, steps: usize) -> Self {
        self.options.steps_per_epoch = Some(steps);
        self
    }

    /// Leaves out the last batch of a pass if it is shorter than the others. Other samples are left out each time, as long
    /// as they are shuffled.
    pub fn drop_remainder(mut self) -> Self {
        self.options.drop_remainder = true;
        self
    }

    /// Writes a checkpoint to that file after every epoch, and goes on from it where it is there already: Keras'
    /// `BackupAndRestore`.
    ///
    /// A program that is killed and started again then ends with the same model, to the last bit, and the same history, as
    /// one that ran through: the file holds the model, what the optimizer and the callbacks keep, the number of the epoch,
    /// and the history. [`epochs`](Self::epochs) counts those before too, so a training that had ended takes no step when it
    /// is started again (Keras deletes the file at the end; here nothing is lost between the end of the training and what
    /// is done with its model). Callbacks may be others than before: what one keeps is found by its type. A [`CsvLogger`] goes
    /// on in its file with [`append`](crate::callback::CsvLogger::append).
    ///
    /// [`CsvLogger`]: crate::callback::CsvLogger
    ///
    /// ```
    /// use katachi::prelude::*;
    ///
    /// model! {
    ///     struct Classifier { logits: Dense(64 => 10) }
    /// }
    ///
    /// # fn main() -> Result<(), Error> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let file = folder.path().join("classifier.checkpoint");
    /// let train = |epochs| {
    ///     let mut classifier = Classifier::init(22);
    ///     let mut trainer = Trainer::new(Adam::new(0.01), SparseCategoricalCrossentropy::from_logits())
    ///         .epochs(epochs)
    ///         .backup_and_restore(&file)
    ///         .verbose(Verbosity::Silent);
    ///     trainer.fit(&mut classifier, &data::digits())
    /// };
    /// let first = train(2)?;
    /// let both = train(5)?; // trains three epochs
    /// assert_eq!(both.get("loss").unwrap()[..2], *first.get("loss").unwrap());
    /// assert_eq!(both.epochs(), 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn backup_and_restore(mut self, path: impl AsRef<Path>) -> Self {
        self.options.backup = Some(path.as_ref().to_owned());
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
        self.options.freezes.push((name.into(), true));
        self
    }

    /// Trains the parameters of that name again. Those that are declared `#[frozen]` are no such: an error in
    /// [`fit`](Trainer::fit).
    pub fn unfreeze(mut self, name: impl Into<String>) -> Self {
        self.options.freezes.push((name.into(), false));
        self
    }

    /// What is written to standard error meanwhile: a [`Verbosity`], or Keras' 0, 1 or 2.
    pub fn verbose(mut self, verbosity: impl Into<Verbosity>) -> Self {
        self.options.verbosity = verbosity.into();
        self
    }

    /// Data on which the loss and metrics are computed at the end of every epoch, as `val_loss` and so on. They decide
    /// nothing: a `val_loss` that is NaN does not end the training. For more of them there is
    /// [`Validate`](crate::callback::Validate).
    pub fn validation<X: Shape, Y: Targets, T: Element>(
        self,
        data: &Dataset<X, Y, T>,
    ) -> Trainer<O, L, Ms, Validation<'_, X, Y, T>, Cs> {
        self.validated_by(Validation(data))
    }

    /// Sets the last samples of the data aside, this fraction of them, and computes the loss and metrics on those at the end
    /// of every epoch: Keras' `validation_split`. It is the last ones as the data lie, so
    /// [`shuffle`](Dataset::shuffle) those that are sorted.
    ///
    /// ```
    /// use katachi::prelude::*;
    ///
    /// model! {
    ///     struct Classifier { logits: Dense(64 => 10) }
    /// }
    ///
    /// # fn main() -> Result<(), Error> {
    /// let history = Trainer::new(Adam::new(0.01), SparseCategoricalCrossentropy::from_logits())
    ///     .validation_split(0.2)
    ///     .verbose(Verbosity::Silent)
    ///     .fit(&mut Classifier::init(22), &data::digits())?;
    /// assert!(history.last("val_loss").is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn validation_split(self, fraction: f64) -> Trainer<O, L, Ms, ValidationSplit, Cs> {
        self.validated_by(ValidationSplit(fraction))
    }

    fn validated_by<V2>(self, validation: V2) -> Trainer<O, L, Ms, V2, Cs> {
        let Self { optimizer, loss, metrics, callbacks, options, done, .. } = self;
        Trainer { optimizer, loss, metrics, validation, callbacks, options, done }
    }

    /// The loss and metrics of a model on `data`.
    ///
    /// An error if the batch size is 0, or an option of the loss or of a metric makes no sense.
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
        Loss::<Y::Form, M::Ending, M::Element>::validate(&self.loss)?;
        self.metrics.validate()?;
        Ok(evaluate(model, data, &self.loss, &self.metrics, self.options.batch_size))
    }
}

impl<O, L, Ms, Cs> Trainer<O, L, Ms, (), Cs> {
    /// Trains `model` on `data`, and reports the loss and metrics of every epoch.
    ///
    /// A second call goes on where the first ended: the optimizer keeps its moments. The data may be others then. For another
    /// model make another trainer.
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
        Cs: Callbacks<M>,
    {
        self.run::<M, X, Y, X, Y>(model, data, None)
    }
}

impl<O, L, Ms, Cs> Trainer<O, L, Ms, ValidationSplit, Cs> {
    /// As [`fit`](Trainer::fit) without validation data, on the first samples, and computes the loss and metrics of the
    /// others after every epoch.
    pub fn fit<M, X, Y>(&mut self, model: &mut M, data: &Dataset<X, Y, M::Element>) -> Result<History, Error>
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
        let ValidationSplit(fraction) = self.validation;
        if !(0.0 < fraction && fraction < 1.0) {
            let must = "between 0 and 1: the part of the samples that is set aside";
            return Err(Error::Option { option: "validation_split", value: fraction.to_string(), must });
        }
        let (train, validation) = data.split(1.0 - fraction).map_err(|_| {
            let samples = if data.len() == 1 { "1 sample".to_owned() } else { format!("{} samples", data.len()) };
            let help = "write a fraction that leaves at least one for each part, or add samples";
            Error::data(format!("`validation_split({fraction})`"), format!("the dataset has {samples}"), help)
        })?;
        self.run::<M, X, Y, X, Y>(model, &train, Some(&validation))
    }
}

impl<O, L, Ms, Cs, VX: Shape, VY: Targets, T: Element> Trainer<O, L, Ms, Validation<'_, VX, VY, T>, Cs> {
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
        Cs: Callbacks<M>,
    {
        let Validation(validation) = self.validation;
        self.run::<M, X, Y, VX, VY>(model, data, Some(validation))
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
