//! Datasets from values in memory. Every dataset passes through [`Dataset::from_parts`], which checks it.

use std::marker::PhantomData;

use katachi_core::batch::{Batch, BatchView};
use katachi_core::element::Element;
use katachi_core::shape::{Rank1, Shape};
use katachi_core::typenum::{Const, ToUInt, Unsigned};

use super::column::Column;
use super::dataset::Dataset;
use crate::error::Error;
use crate::targets::{Labels, Targets, Values};

/// `typenum` has names for the numbers up to this.
const MOST_NAMED: usize = 1024;

impl<X: Shape, Classes: Unsigned + 'static, T: Element> Dataset<X, Labels<Classes>, T> {
    /// A dataset from inputs, sample after sample, and the label of each sample, from 0 to `Classes` - 1.
    ///
    /// An error if the inputs are no whole number of samples, if there is not one label for each sample, if there is no
    /// sample, or if a label is out of range.
    ///
    /// ```
    /// use katachi::{Dataset, shape, targets::Labels, typenum::U2};
    ///
    /// type Data = Dataset<shape!(3), Labels<U2>>; // samples of shape [3], 2 classes
    /// let data = Data::from_labels(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], vec![0, 1])?;
    /// assert_eq!(data.len(), 2);
    ///
    /// let wrong = Data::from_labels(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], vec![1, 2]);
    /// assert_eq!(
    ///     wrong.unwrap_err().to_string(),
    ///     "dataset: the label of sample 1 is 2, but the labels of 2 classes are 0 to 1; \
    ///      subtract 1 from every label if they begin at 1, or write `Labels<U3>`",
    /// );
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    ///
    /// Several inputs are one row a sample, as [`Batch::zip`] makes it:
    ///
    /// ```
    /// use katachi::{Batch, Dataset, shape, targets::Labels, typenum::U2};
    ///
    /// let inputs = Batch::zip((&Batch::from([[1.0, 2.0], [3.0, 4.0]]), &Batch::from([0.5, 0.25])))?;
    /// let data = Dataset::<(shape!(2), shape!()), Labels<U2>>::from_labels(inputs.into_vec(), vec![0, 1])?;
    /// assert_eq!(data.inputs().sample(0), [1.0, 2.0, 0.5]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn from_labels(inputs: Vec<T>, labels: Vec<u32>) -> Result<Self, Error> {
        Self::checked_labels("dataset", inputs, labels)
    }

    /// A dataset from samples that come one by one, each the values of its inputs and its label.
    ///
    /// An error if a sample has not as many values as `X`, and as for [`from_labels`](Self::from_labels).
    ///
    /// ```
    /// use katachi::{Dataset, shape, targets::Labels, typenum::U2};
    ///
    /// let samples = (0..10).map(|i| ([i as f32, 0.5], i % 2));
    /// let data = Dataset::<shape!(2), Labels<U2>>::from_samples(samples)?;
    /// assert_eq!(data.len(), 10);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn from_samples<I: AsRef<[T]>>(samples: impl IntoIterator<Item = (I, u32)>) -> Result<Self, Error> {
        let (mut inputs, mut labels) = (Vec::new(), Vec::new());
        for (sample, (values, label)) in samples.into_iter().enumerate() {
            extend::<X, T>(&mut inputs, values.as_ref(), sample, "values")?;
            labels.push(label);
        }
        Self::from_labels(inputs, labels)
    }

    /// As [`from_labels`](Self::from_labels); the errors name `place`.
    pub(super) fn checked_labels(place: &str, inputs: Vec<T>, labels: Vec<u32>) -> Result<Self, Error> {
        check_labels::<Classes>(place, &labels)?;
        Self::from_parts(place, "labels", inputs, labels)
    }
}

impl<X: Shape, S: Shape, T: Element> Dataset<X, Values<S, T>, T> {
    /// A dataset from inputs and target values, each sample after sample.
    ///
    /// An error if the inputs or the targets are no whole number of samples, if there are more of one than of the
    /// other, or if there is no sample.
    ///
    /// ```
    /// use katachi::{Dataset, shape, targets::Values};
    ///
    /// type Data = Dataset<shape!(2), Values<shape!(1)>>; // from samples of shape [2] to targets of shape [1]
    /// let data = Data::from_values(vec![1.0, 2.0, 3.0, 4.0], vec![0.5, 1.5])?;
    /// assert_eq!(data.targets().as_slice(), [0.5, 1.5]);
    ///
    /// let wrong = Data::from_values(vec![1.0, 2.0, 3.0, 4.0], vec![0.5]);
    /// assert_eq!(
    ///     wrong.unwrap_err().to_string(),
    ///     "dataset: there are inputs of 2 samples, but targets of 1; pass as many of the one as of the other",
    /// );
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn from_values(inputs: Vec<T>, targets: Vec<T>) -> Result<Self, Error> {
        BatchView::<S, T>::new(&targets)?;
        Self::from_parts("dataset", "targets", inputs, targets)
    }

    /// A dataset from samples that come one by one, each the values of its inputs and those of its target.
    ///
    /// An error if a sample has not as many values as `X`, or a target not as many as `S`, or if there is no sample.
    ///
    /// ```
    /// use katachi::{Dataset, shape, targets::Values};
    ///
    /// let samples = (0..10).map(|i| f64::from(i) / 10.0).map(|x| ([x], [x * x]));
    /// let data = Dataset::<shape!(1), Values<shape!(1), f64>, f64>::from_samples(samples)?;
    /// assert_eq!(data.len(), 10);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn from_samples<I: AsRef<[T]>, J: AsRef<[T]>>(
        samples: impl IntoIterator<Item = (I, J)>,
    ) -> Result<Self, Error> {
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        for (sample, (values, target)) in samples.into_iter().enumerate() {
            extend::<X, T>(&mut inputs, values.as_ref(), sample, "values")?;
            extend::<S, T>(&mut targets, target.as_ref(), sample, "target values")?;
        }
        Self::from_values(inputs, targets)
    }

    /// A dataset from a batch of inputs and a batch of target values, of as many samples.
    ///
    /// An error if there are more of one than of the other, or if there is no sample.
    ///
    /// ```
    /// use katachi::{Batch, Dataset};
    ///
    /// let inputs = Batch::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// let targets = Batch::from([[0.5], [1.5]]);
    /// let data = Dataset::from_batches(inputs, targets)?;
    /// assert_eq!(data.len(), 2);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    ///
    /// For a model of several inputs or outputs, [`Batch::zip`] puts batches together:
    ///
    /// ```
    /// use katachi::{Batch, Dataset, shape, targets::Values};
    ///
    /// let (positions, speeds) = (Batch::from([[1.0_f32, 2.0], [3.0, 4.0]]), Batch::from([0.5, 0.25]));
    /// let (next, energies) = (Batch::from([[1.5, 2.0], [3.25, 4.0]]), Batch::from([0.125, 0.03125]));
    /// let data: Dataset<(shape!(2), shape!()), Values<(shape!(2), shape!())>> =
    ///     Dataset::from_batches(Batch::zip((&positions, &speeds))?, Batch::zip((&next, &energies))?)?;
    /// assert_eq!(data.inputs().sample(1), [3.0, 4.0, 0.25]);
    /// assert_eq!(data.inputs().unzip(), (positions, speeds));
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn from_batches(inputs: Batch<X, T>, targets: Batch<S, T>) -> Result<Self, Error> {
        Self::from_values(inputs.into_vec(), targets.into_vec())
    }
}

impl<Inputs, Outputs, T: Element> Dataset<Rank1<Inputs>, Values<Rank1<Outputs>, T>, T>
where
    Rank1<Inputs>: Shape,
    Rank1<Outputs>: Shape,
{
    /// A dataset written in place, whose shapes the arrays tell: inputs of shape `[A]`, targets of shape `[B]`.
    ///
    /// An error if there is no sample, or if a sample or target has no value.
    ///
    /// ```
    /// use katachi::Dataset;
    ///
    /// // Exclusive or: 4 samples of shape [2] with targets of shape [1].
    /// let xor = Dataset::from_arrays(
    ///     [[0.0_f32, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]],
    ///     [[0.0], [1.0], [1.0], [0.0]],
    /// )?;
    /// assert_eq!(xor.len(), 4);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn from_arrays<const N: usize, const A: usize, const B: usize>(
        inputs: [[T; A]; N],
        targets: [[T; B]; N],
    ) -> Result<Self, Error>
    where
        Const<A>: ToUInt<Output = Inputs>,
        Const<B>: ToUInt<Output = Outputs>,
    {
        Self::from_batches(inputs.into(), targets.into())
    }
}

impl<X: Shape, Y: Targets, T: Element> Dataset<X, Y, T> {
    /// The dataset of `inputs` and `targets`, if they are whole samples, of each as many, and not none. `word` names
    /// the targets in errors.
    pub(super) fn from_parts(place: &str, word: &str, inputs: Vec<T>, targets: Vec<Y::Item>) -> Result<Self, Error> {
        let samples = BatchView::<X, T>::new(&inputs)?.len();
        let targeted = targets.len() / Y::ITEMS; // No zero: target values were checked, and a label is one item.
        if samples != targeted {
            return Err(Error::data(
                place,
                format!("there are inputs of {samples} samples, but {word} of {targeted}"),
                "pass as many of the one as of the other",
            ));
        }
        if samples == 0 {
            return Err(Error::data(place, "there is no sample", "pass the inputs and targets of at least one"));
        }
        let (inputs, targets) = (Column::new(inputs, X::SIZE), Column::new(targets, Y::ITEMS));
        Ok(Self { inputs, targets, weights: None, augmentation: None, shape: PhantomData })
    }
}

/// Adds the values of a sample, if they are as many as the shape has.
fn extend<S: Shape, T: Element>(all: &mut Vec<T>, values: &[T], sample: usize, word: &str) -> Result<(), Error> {
    if values.len() != S::SIZE {
        let problem = format!("sample {sample} has {} {word}, but shape {:?} has {}", values.len(), S::DIMS, S::SIZE);
        return Err(Error::data("dataset", problem, format!("pass {} for each sample", S::SIZE)));
    }
    all.extend_from_slice(values);
    Ok(())
}

/// An error if a label is not from 0 to `Classes` - 1.
pub(super) fn check_labels<Classes: Unsigned>(place: &str, labels: &[u32]) -> Result<(), Error> {
    let classes = Classes::USIZE;
    let wrong = labels.iter().enumerate().find(|&(_, &label)| label as usize >= classes);
    if let Some((sample, &label)) = wrong {
        let range = match classes {
            0 => "there is no label of 0 classes".into(),
            1 => "the only label of 1 class is 0".into(),
            _ => format!("the labels of {classes} classes are 0 to {}", classes - 1),
        };
        let most = labels.iter().fold(0, |most, &label| most.max(label as usize));
        let help = if most == classes {
            format!("subtract 1 from every label if they begin at 1, or write `Labels<U{}>`", most + 1)
        } else if most < MOST_NAMED {
            format!("mend that label, or write `Labels<U{}>`, as the greatest is {most}", most + 1)
        } else {
            format!("mend that label; the greatest is {most}")
        };
        return Err(Error::data(place, format!("the label of sample {sample} is {label}, but {range}"), help));
    }
    Ok(())
}
