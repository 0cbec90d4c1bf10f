//! Datasets from datasets: other values, other shapes, other types.

use std::marker::PhantomData;
use std::sync::Arc;

use katachi_core::element::Element;
use katachi_core::shape::{Rank1, Shape};
use katachi_core::typenum::Unsigned;

use super::augment::Augmentation;
use super::column::Column;
use super::construct::check_labels;
use super::dataset::Dataset;
use crate::error::Error;
use crate::targets::{Labels, Targets, Values};

/// Other values and shapes.
impl<X: Shape, Y: Targets, T: Element> Dataset<X, Y, T> {
    /// A copy with each input value replaced by `f` of it.
    ///
    /// ```
    /// use katachi::Dataset;
    ///
    /// let data = Dataset::from_arrays([[0.0_f32, 255.0]], [[1.0]])?;
    /// let centred = data.map_inputs(|x| x / 127.5 - 1.0);
    /// assert_eq!(centred.inputs().as_slice(), [-1.0, 1.0]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn map_inputs(&self, mut f: impl FnMut(T) -> T) -> Self {
        let mapped = |values: &[T], new: &mut [T]| new.iter_mut().zip(values).for_each(|(new, x)| *new = f(*x));
        self.with_inputs(self.inputs.map(X::SIZE, mapped))
    }

    /// A copy with the inputs of each sample changed by `f`: for features that are scaled each by its own.
    /// [`Standardize`](super::Standardize) and its relatives do that with numbers of the training part.
    ///
    /// ```
    /// use katachi::Dataset;
    ///
    /// let data = Dataset::from_arrays([[1.0_f32, 2000.0], [2.0, 4000.0]], [[0.0], [1.0]])?;
    /// let scaled = data.map_samples(|sample| sample[1] /= 1000.0);
    /// assert_eq!(scaled.inputs().as_slice(), [1.0, 2.0, 2.0, 4.0]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn map_samples(&self, mut f: impl FnMut(&mut [T])) -> Self {
        let mapped = |sample: &[T], new: &mut [T]| {
            new.copy_from_slice(sample);
            f(new);
        };
        self.with_inputs(self.inputs.map(X::SIZE, mapped))
    }

    /// A copy whose inputs have the shape `X2`: `f` writes them, from those of the same sample. They are 0 at first.
    ///
    /// An error if there are [augmentations](Self::augment), as those are for samples of the shape that was.
    ///
    /// ```
    /// use katachi::{Dataset, shape};
    ///
    /// let data = Dataset::from_arrays([[1.0_f32, 2.0], [3.0, 4.0]], [[0.0], [1.0]])?;
    /// let sums = data.map::<shape!(1)>(|sample, sum| sum[0] = sample[0] + sample[1])?;
    /// assert_eq!(sums.inputs().as_slice(), [3.0, 7.0]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn map<X2: Shape>(&self, f: impl FnMut(&[T], &mut [T])) -> Result<Dataset<X2, Y, T>, Error> {
        if self.augmentation.is_some() {
            let problem = "the dataset has augmentations, which are for samples of the shape that was";
            return Err(Error::data("`map`", problem, "call `augment` after `map`"));
        }
        let (targets, weights) = (self.targets.clone(), self.weights.clone());
        let inputs = self.inputs.map(X2::SIZE, f);
        Ok(Dataset { inputs, targets, weights, augmentation: None, shape: PhantomData })
    }

    /// The same inputs with targets of shape `S`: `f` writes them, from the target of the same sample. They are 0 at
    /// first.
    ///
    /// ```
    /// use katachi::{Dataset, shape, targets::Values};
    ///
    /// let data = Dataset::from_arrays([[1.0_f32], [2.0]], [[1.0, 2.0], [3.0, 4.0]])?;
    /// let sums: Dataset<shape!(1), Values<shape!(1)>> = data.map_targets(|target, sum| sum[0] = target[0] + target[1]);
    /// assert_eq!(sums.targets().as_slice(), [3.0, 7.0]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn map_targets<S: Shape>(&self, f: impl FnMut(&[Y::Item], &mut [T])) -> Dataset<X, Values<S, T>, T> {
        self.with_targets(self.targets.map(S::SIZE, f))
    }

    /// The same inputs with labels: `f` gives them, from the target of the same sample.
    ///
    /// An error if a label is not from 0 to `Classes` - 1.
    ///
    /// ```
    /// use katachi::{data::digits, typenum::U2};
    ///
    /// let data = digits().map_labels::<U2>(|digit| digit[0] % 2)?; // even and odd
    /// assert_eq!(data.labels()[..5], [0, 1, 0, 1, 0]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn map_labels<Classes: Unsigned + 'static>(
        &self,
        mut f: impl FnMut(&[Y::Item]) -> u32,
    ) -> Result<Dataset<X, Labels<Classes>, T>, Error> {
        let labels: Vec<u32> = self.targets.rows().map(&mut f).collect();
        check_labels::<Classes>("`map_labels`", &labels)?;
        Ok(self.with_targets(Column::new(labels, 1)))
    }

    /// The same samples, each counting so much in the loss and in its mean: Keras' `sample_weight`.
    ///
    /// An error if there is not one weight for each sample, or if one is negative, infinite or NaN.
    ///
    /// ```
    /// use katachi::Dataset;
    ///
    /// let data = Dataset::from_arrays([[1.0_f32], [2.0]], [[0.0], [1.0]])?.with_weights(vec![1.0, 0.5])?;
    /// assert_eq!(data.shuffle(22).skip(1)?.weights().map(<[f32]>::len), Some(1));
    /// assert_eq!(
    ///     data.with_weights(vec![1.0, -1.0]).unwrap_err().to_string(),
    ///     "`with_weights`: the weight of sample 1 is -1; write 0 for a sample that is to count nothing",
    /// );
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn with_weights(&self, weights: Vec<T>) -> Result<Self, Error> {
        const CALL: &str = "`with_weights`";
        if weights.len() != self.len() {
            let problem = format!("there are {} samples, but {} weights", self.len(), weights.len());
            return Err(Error::data(CALL, problem, "pass one for each sample"));
        }
        let wrong = weights.iter().position(|weight| !weight.is_finite() || *weight < T::ZERO);
        if let Some(sample) = wrong {
            let weight = weights[sample];
            let help = if weight.is_finite() {
                "write 0 for a sample that is to count nothing"
            } else {
                "pass finite numbers, not below 0"
            };
            return Err(Error::data(CALL, format!("the weight of sample {sample} is {weight}"), help));
        }
        Ok(Self { weights: Some(Column::new(weights, 1)), ..self.clone() })
    }

    /// The same values as samples of another shape of as many values: images in place of vectors, or the reverse.
    ///
    /// An error if the shapes have different numbers of values.
    ///
    /// ```
    /// use katachi::{data::digits, shape};
    ///
    /// let images = digits().reshape::<shape!(8, 8, 1)>()?;
    /// assert_eq!(images.len(), 1797);
    /// assert_eq!(
    ///     digits().reshape::<shape!(28, 28)>().unwrap_err().to_string(),
    ///     "`reshape`: samples of shape [64] have 64 values, but shape [28, 28] has 784; \
    ///      write a shape of 64 values",
    /// );
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn reshape<X2: Shape>(&self) -> Result<Dataset<X2, Y, T>, Error> {
        if X::SIZE != X2::SIZE {
            let (from, to) = (X::DIMS, X2::DIMS);
            return Err(Error::data(
                "`reshape`",
                format!("samples of shape {from:?} have {} values, but shape {to:?} has {}", X::SIZE, X2::SIZE),
                format!("write a shape of {} values", X::SIZE),
            ));
        }
        let Self { inputs, targets, weights, augmentation, .. } = self.clone();
        Ok(Dataset { inputs, targets, weights, augmentation, shape: PhantomData })
    }

    /// These samples with other inputs, of as many.
    pub(super) fn with_inputs(&self, inputs: Column<T>) -> Self {
        Self { inputs, ..self.clone() }
    }

    /// These samples with other targets, of as many.
    fn with_targets<Y2: Targets>(&self, targets: Column<Y2::Item>) -> Dataset<X, Y2, T> {
        let Self { inputs, weights, augmentation, .. } = self.clone();
        Dataset { inputs, targets, weights, augmentation, shape: PhantomData }
    }

    /// These samples with the inputs and weights as `U`.
    fn cast_to<U: Element, Y2: Targets>(&self, targets: Column<Y2::Item>) -> Dataset<X, Y2, U> {
        let augmentation = self.augmentation.clone().map(|f| -> Augmentation<U> {
            Arc::new(move |sample, random| {
                let mut values: Vec<T> = sample.iter().map(|x| T::from_f64(x.to_f64())).collect();
                f(&mut values, random);
                sample.iter_mut().zip(values).for_each(|(x, value)| *x = U::from_f64(value.to_f64()));
            })
        });
        let weights = self.weights.as_ref().map(cast);
        Dataset { inputs: cast(&self.inputs), targets, weights, augmentation, shape: PhantomData }
    }
}

impl<X: Shape, Classes: Unsigned + 'static, T: Element> Dataset<X, Labels<Classes>, T> {
    /// A copy whose inputs have the type `U`, each the nearest to what it was: `data.cast::<f64>()`.
    ///
    /// An [augmentation](Self::augment) goes on in the type that it was written for; it is faster after `cast`.
    pub fn cast<U: Element>(&self) -> Dataset<X, Labels<Classes>, U> {
        self.cast_to(self.targets.clone())
    }

    /// The same inputs with the labels as values: 1 at the label, 0 at the other classes.
    ///
    /// ```
    /// use katachi::{Dataset, shape, targets::Labels, typenum::U3};
    ///
    /// let data = Dataset::<shape!(1), Labels<U3>>::from_labels(vec![0.5, 0.7], vec![2, 0])?;
    /// assert_eq!(data.one_hot().targets().as_slice(), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn one_hot(&self) -> Dataset<X, Values<Rank1<Classes>, T>, T>
    where
        Rank1<Classes>: Shape,
    {
        // In range: a constructor checked it.
        self.map_targets(|label, row| row[label[0] as usize] = T::ONE)
    }
}

impl<X: Shape, S: Shape, T: Element> Dataset<X, Values<S, T>, T> {
    /// A copy whose inputs and targets have the type `U`, each the nearest to what it was: `data.cast::<f64>()`.
    ///
    /// An [augmentation](Self::augment) goes on in the type that it was written for; it is faster after `cast`.
    pub fn cast<U: Element>(&self) -> Dataset<X, Values<S, U>, U> {
        self.cast_to(cast(&self.targets))
    }
}

fn cast<T: Element, U: Element>(column: &Column<T>) -> Column<U> {
    column.map(column.width(), |row, new| {
        new.iter_mut().zip(row).for_each(|(new, value)| *new = U::from_f64(value.to_f64()));
    })
}
