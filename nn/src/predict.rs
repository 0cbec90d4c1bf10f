//! [`Predict`]: what a model is used for.

use std::ops::Range;

use katachi_core::batch::{Batch, BatchView, Samples, Scattered};
use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::accepts::{AcceptsSamples, AcceptsTargets};
use crate::data::Dataset;
use crate::error::Error;
use crate::history::Evaluation;
use crate::loss::LossFor;
use crate::metric::{
    ClassCounts, ClassificationReport, ConfusionMatrix, HaveClasses, MetricFor, Metrics, classes, for_each_row,
    predicted,
};
use crate::model::Model;
use crate::parameters::Parameters;
use crate::summary::Summary;
use crate::targets::{Form, Targets};
use crate::trainer::evaluate;
use crate::workspace::{CapacityError, InferenceWorkspace, as_inputs, width};

/// Predictions, evaluation and a summary, for every [`Model`].
///
/// Samples are anything that reads as a batch: a [`Batch`], a [`BatchView`], one [`Tensor`](crate::Tensor), a
/// [`Dataset`]. Samples of another shape than the model's do not compile.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/example.rs"));
/// use katachi::{Batch, InferenceWorkspace, Predict, Tensor};
///
/// // From samples of shape [2] to 3 classes: the scores are x₀, x₁ and 0.
/// # fn main() -> Result<(), katachi::error::Error> {
/// let model = Scaled {
///     weight: Tensor::from([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
///     scale: Tensor::from([1.0, 1.0, 1.0]),
///     bias: Tensor::from([0.0_f32; 3]),
/// };
/// let samples = Batch::from([[3.0, 1.0], [-1.0, 2.0], [-4.0, -5.0]]);
/// assert_eq!(model.predict(&samples).sample(0), [3.0, 1.0, 0.0]);
/// assert_eq!(model.predict_classes(&samples), [0, 1, 2]);
///
/// let mut workspace = InferenceWorkspace::new(1); // kept from one sample to the next
/// let sample = Tensor::from([-1.0, 2.0]);
/// assert_eq!(model.predict_into(&sample, &mut workspace)?.as_slice(), [-1.0, 2.0, 0.0]);
///
/// assert!(model.summary().to_string().contains("Total params: 12 (48.00 B)"));
/// # Ok(())
/// # }
/// ```
///
/// # Several inputs, several outputs
/// A sample is one row. [`Batch::zip`] puts the inputs together, [`Batch::unzip`] takes the outputs apart, and
/// [`Batch::parts`] reads them sample by sample:
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     pub struct Mover {
///         hidden: Dense(3 => 8, tanh),
///         step: Dense(8 => 2),
///     }
///
///     fn forward(position: [2], speed: []) -> ([2], []) {
///         let step = step(hidden(concat(position, stack(speed))));
///         (position + step, norm(step))
///     }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let mover = Mover::init(22);
/// let (positions, speeds) = (Batch::from([[1.0, 2.0], [3.0, 4.0]]), Batch::from([0.5, 0.25]));
/// let outputs = mover.predict(&Batch::zip((&positions, &speeds))?);
/// for (next, length) in outputs.parts() {
///     println!("to {next:?}, {} away", length[0]);
/// }
/// let (next, lengths) = outputs.unzip(); // 2 samples of shape [2], and 2 of shape []
/// assert_eq!((next.len(), lengths.len()), (2, 2));
/// # Ok(())
/// # }
/// ```
pub trait Predict: Model {
    /// The outputs for each sample.
    ///
    /// However many samples there are, the buffer that this needs beside the outputs has a bounded size.
    fn predict<B>(&self, samples: &B) -> Batch<Self::Output, Self::Element>
    where
        B: Samples<Element = Self::Element, Shape: Shape<List: Compare<<Self::Input as Shape>::List>>> + ?Sized,
        Self: AcceptsSamples<Verdict<B::Shape, Self::Input>>,
    {
        let inputs = Inputs::of(samples);
        let mut outputs = Batch::zeros(inputs.len());
        infer_in_chunks(self, inputs, &mut |first, chunk| {
            outputs.as_mut_slice()[first * Self::Output::SIZE..][..chunk.len()].copy_from_slice(chunk);
        });
        outputs
    }

    /// The outputs for each sample, in a workspace that is kept from call to call: nothing is allocated.
    ///
    /// An error if there are more samples than the workspace was made for.
    fn predict_into<'a, B>(
        &self,
        samples: &B,
        workspace: &'a mut InferenceWorkspace<Self>,
    ) -> Result<BatchView<'a, Self::Output, Self::Element>, CapacityError>
    where
        B: Samples<Element = Self::Element, Shape: Shape<List: Compare<<Self::Input as Shape>::List>>> + ?Sized,
        Self: AcceptsSamples<Verdict<B::Shape, Self::Input>>,
    {
        workspace.infer(self, samples)
    }

    /// The class of each sample: the largest output, the first of equals.
    ///
    /// Of a single output, class 1 from 0.5 on if it is a probability, and from 0 on otherwise. Where the outputs have
    /// several axes, there is a class for each row along the last.
    fn predict_classes<B>(&self, samples: &B) -> Vec<u32>
    where
        B: Samples<Element = Self::Element, Shape: Shape<List: Compare<<Self::Input as Shape>::List>>> + ?Sized,
        Self: AcceptsSamples<Verdict<B::Shape, Self::Input>>,
    {
        let inputs = Inputs::of(samples);
        let width = width::<Self>();
        let mut classes = Vec::with_capacity(inputs.len() * Self::Output::SIZE / width);
        infer_in_chunks(self, inputs, &mut |_, chunk| {
            classes.extend(chunk.chunks_exact(width).map(predicted::<Self::Ending, _>));
        });
        classes
    }

    /// The loss and a metric on a dataset. For several metrics there is
    /// [`Trainer::evaluate`](crate::trainer::Trainer::evaluate).
    ///
    /// An error if an option of the metric makes no sense.
    fn evaluate<X, Y, L, N>(
        &self,
        data: &Dataset<X, Y, Self::Element>,
        loss: &L,
        metric: N,
    ) -> Result<Evaluation, Error>
    where
        X: Shape<List: Compare<<Self::Input as Shape>::List>>,
        Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<Self as Parameters>::Element>>,
        Y::Outputs: Shape<List: Compare<<Self::Output as Shape>::List>>,
        Self: AcceptsSamples<Verdict<X, Self::Input>> + AcceptsTargets<Verdict<Y::Outputs, Self::Output>>,
        L: LossFor<Y::Form, Self>,
        N: MetricFor<Y::Form, Self>,
    {
        let metrics = ((), metric);
        Metrics::<Y::Form, Self>::validate(&metrics)?;
        Ok(evaluate(self, data, loss, &metrics, chunk::<Self>()))
    }

    /// How often each class of a dataset is predicted for each: of labels, or of values with one for each class.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/example.rs"));
    /// # fn main() -> Result<(), katachi::error::Error> {
    /// use katachi::targets::Labels;
    /// use katachi::typenum::U3;
    /// use katachi::{Dataset, Predict, Tensor};
    ///
    /// // From samples of shape [2] to 3 classes: the scores are x₀, x₁ and 0.
    /// let model = Scaled {
    ///     weight: Tensor::from([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
    ///     scale: Tensor::from([1.0, 1.0, 1.0]),
    ///     bias: Tensor::from([0.0_f32; 3]),
    /// };
    /// let inputs = vec![3.0, 1.0, -1.0, 2.0, -4.0, -5.0, 1.0, 2.0];
    /// let data = Dataset::<shape!(2), Labels<U3>>::from_labels(inputs, vec![0, 1, 2, 2])?;
    /// let matrix = model.confusion_matrix(&data);
    /// assert_eq!(matrix.counts(), [1, 0, 0, 0, 1, 0, 0, 1, 1]);
    /// println!("{matrix}");
    /// assert_eq!(model.classification_report(&data).class(2).unwrap().recall, 0.5);
    /// # Ok(())
    /// # }
    /// ```
    fn confusion_matrix<X, Y>(&self, data: &Dataset<X, Y, Self::Element>) -> ConfusionMatrix
    where
        X: Shape<List: Compare<<Self::Input as Shape>::List>>,
        Y: Targets<Form: HaveClasses, Item = <<Y as Targets>::Form as Form>::Item<<Self as Parameters>::Element>>,
        Y::Outputs: Shape<List: Compare<<Self::Output as Shape>::List>>,
        Self: AcceptsSamples<Verdict<X, Self::Input>> + AcceptsTargets<Verdict<Y::Outputs, Self::Output>>,
    {
        let mut matrix = ConfusionMatrix::new(classes(width::<Self>()));
        predict_each(self, data, &mut |truth, predicted| matrix.add_one(truth, predicted));
        matrix
    }

    /// Precision, recall and F1 of every class of a dataset, as a table to print.
    fn classification_report<X, Y>(&self, data: &Dataset<X, Y, Self::Element>) -> ClassificationReport
    where
        X: Shape<List: Compare<<Self::Input as Shape>::List>>,
        Y: Targets<Form: HaveClasses, Item = <<Y as Targets>::Form as Form>::Item<<Self as Parameters>::Element>>,
        Y::Outputs: Shape<List: Compare<<Self::Output as Shape>::List>>,
        Self: AcceptsSamples<Verdict<X, Self::Input>> + AcceptsTargets<Verdict<Y::Outputs, Self::Output>>,
    {
        let mut counts = ClassCounts::new(classes(width::<Self>()));
        predict_each(self, data, &mut |truth, predicted| counts.add(truth, predicted));
        ClassificationReport::new(&counts, None)
    }

    /// The layers, output shapes and parameters, as a table to print.
    fn summary(&self) -> Summary {
        Summary::of::<Self>()
    }
}

impl<M: Model> Predict for M {}

/// How many samples are predicted at a time: few enough that their workspace stays within 64 MiB or so.
fn chunk<M: Model>() -> usize {
    const MOST_VALUES: usize = 1 << 24;
    (MOST_VALUES / M::INFERENCE_WORKSPACE.per_sample.max(1)).clamp(1, 256)
}

/// Samples that are read some at a time.
#[derive(Clone, Copy)]
enum Inputs<'a, S, T> {
    View(BatchView<'a, S, T>),
    Scattered(&'a dyn Scattered<T>),
}

impl<'a, S: Shape, T: Element> Inputs<'a, S, T> {
    fn of<B: Samples<Shape = S, Element = T> + ?Sized>(samples: &'a B) -> Self {
        samples.scattered().map_or_else(|| Self::View(samples.view()), Self::Scattered)
    }

    fn len(&self) -> usize {
        match self {
            Self::View(view) => view.len(),
            Self::Scattered(samples) => samples.count(),
        }
    }

    /// Samples that follow one another; where they do not lie so they are copied into `buffer`.
    fn read<'b>(&self, samples: Range<usize>, buffer: &'b mut Vec<T>) -> &'b [T]
    where
        'a: 'b,
    {
        match self {
            Self::View(view) => &view.as_slice()[samples.start * S::SIZE..samples.end * S::SIZE],
            Self::Scattered(scattered) => {
                buffer.resize(samples.len() * S::SIZE, T::ZERO);
                scattered.read(samples.start, buffer);
                buffer
            }
        }
    }
}

/// Calls `each` with the class of every row of a dataset and the predicted one: none where an output is NaN.
fn predict_each<M, X, Y>(model: &M, data: &Dataset<X, Y, M::Element>, each: &mut (dyn FnMut(u32, Option<u32>) + Send))
where
    M: Model,
    X: Shape,
    Y: Targets<Form: HaveClasses, Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
{
    let targets = data.targets().as_slice();
    infer_in_chunks(model, Inputs::of(data), &mut |first, outputs| {
        let targets = &targets[first * Y::ITEMS..];
        for_each_row::<Y::Form, M::Ending, _>(width::<M>(), outputs, targets, &mut *each);
    });
}

/// Calls `each` with the outputs of the samples, some at a time, and the number of the first.
///
/// All of it runs inside the thread pool, entered once, so that large products are split.
fn infer_in_chunks<M: Model, S: Shape>(
    model: &M,
    inputs: Inputs<'_, S, M::Element>,
    each: &mut (dyn FnMut(usize, &[M::Element]) + Send),
) {
    let count = inputs.len();
    let size = chunk::<M>().min(count);
    rayon::scope(|_| {
        let mut values = vec![M::Element::default(); M::INFERENCE_WORKSPACE.for_batch(size)];
        let mut outputs = vec![M::Element::default(); size * M::Output::SIZE];
        let mut buffer = Vec::new();
        for first in (0..count).step_by(size.max(1)) {
            let x = as_inputs::<M>(inputs.read(first..count.min(first + size), &mut buffer));
            let y = &mut outputs[..x.len() * M::Output::SIZE];
            model.infer(x, y, &mut values);
            each(first, y);
        }
    });
}
