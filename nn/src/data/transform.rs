//! Datasets from datasets: parts, other orders, other values, other shapes.

use std::marker::PhantomData;
use std::ops::Range;

use katachi_core::element::Element;
use katachi_core::shape::{Rank1, Shape};
use katachi_core::typenum::Unsigned;

use super::dataset::Dataset;
use super::order::Order;
use super::shared::Shared;
use crate::error::Error;
use crate::targets::{Labels, Targets, Values};

/// Parts. They share the values of the whole: nothing is copied.
impl<X: Shape, Y: Targets, T: Element> Dataset<X, Y, T> {
    /// The first `n` samples and the others.
    ///
    /// An error if `n` is not from 1 to [`len`](Self::len) - 1, as a dataset has at least one sample.
    ///
    /// ```
    /// use katachi::Dataset;
    ///
    /// let data = Dataset::from_arrays([[0.0_f32], [1.0], [2.0]], [[0.0], [2.0], [4.0]])?;
    /// let (train, test) = data.split_at(2)?;
    /// assert_eq!((train.len(), test.len()), (2, 1));
    /// assert_eq!(
    ///     data.split_at(3).unwrap_err().to_string(),
    ///     "`split_at(3)`: the dataset has 3 samples; write a number from 1 to 2, so that each part has one",
    /// );
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn split_at(&self, n: usize) -> Result<(Self, Self), Error> {
        let call = format!("`split_at({n})`");
        let help = format!("write a number from 1 to {}, so that each part has one", self.len() - 1);
        self.split_checked(n, call, &help)
    }

    /// The first part, which is `fraction` of the samples (rounded), and the others. [`shuffle`](Self::shuffle) first
    /// where the samples are sorted.
    ///
    /// An error if `fraction` is not between 0 and 1, or if a part would have no sample.
    ///
    /// ```
    /// use katachi::data::digits;
    ///
    /// let (train, test) = digits().shuffle(22).split(0.9)?;
    /// assert_eq!((train.len(), test.len()), (1617, 180));
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction of a count is a count of at most its size"
    )]
    pub fn split(&self, fraction: f64) -> Result<(Self, Self), Error> {
        if !(0.0 < fraction && fraction < 1.0) {
            return Err(Error::Option {
                option: "fraction",
                value: fraction.to_string(),
                must: "between 0 and 1: the part of the samples that comes first, as in `split(0.8)`",
            });
        }
        let n = (self.len() as f64 * fraction).round() as usize;
        let call = format!("`split({fraction})`, which is `split_at({n})`");
        self.split_checked(n, call, "write a fraction that leaves each part one")
    }

    /// The first `n` samples.
    ///
    /// An error if `n` is not from 1 to [`len`](Self::len).
    pub fn take(&self, n: usize) -> Result<Self, Error> {
        if !(1..=self.len()).contains(&n) {
            let (call, len) = (format!("`take({n})`"), self.len());
            let help = format!("write a number from 1 to {len}");
            return Err(Error::data(call, format!("the dataset has {len} samples"), help));
        }
        Ok(self.part(0..n))
    }

    /// All but the first `n` samples.
    ///
    /// An error if `n` is not less than [`len`](Self::len).
    pub fn skip(&self, n: usize) -> Result<Self, Error> {
        if n >= self.len() {
            let (call, len) = (format!("`skip({n})`"), self.len());
            let help = format!("write a number less than {len}");
            return Err(Error::data(call, format!("the dataset has {len} samples"), help));
        }
        Ok(self.part(n..self.len()))
    }

    fn split_checked(&self, n: usize, call: String, help: &str) -> Result<(Self, Self), Error> {
        match self.len() {
            1 => Err(Error::data(call, "the dataset has 1 sample", "add samples: two parts need two")),
            len if (1..len).contains(&n) => Ok((self.part(0..n), self.part(n..len))),
            len => Err(Error::data(call, format!("the dataset has {len} samples"), help)),
        }
    }

    fn part(&self, samples: Range<usize>) -> Self {
        let times = |size| samples.start * size..samples.end * size;
        Self {
            inputs: self.inputs.narrow(times(X::SIZE)),
            targets: self.targets.narrow(times(Y::ITEMS)),
            shape: PhantomData,
        }
    }
}

/// Other orders, values and shapes.
impl<X: Shape, Y: Targets, T: Element> Dataset<X, Y, T> {
    /// A copy in the order that `seed` draws: the same order for the same seed, on every machine.
    ///
    /// Training shuffles by itself; this is for data that are to be split and lie sorted.
    pub fn shuffle(&self, seed: u64) -> Self {
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        self.gather(Order::new(self.len(), seed).epoch(0), &mut inputs, &mut targets);
        Self { inputs: Shared::new(inputs), targets: Shared::new(targets), shape: PhantomData }
    }

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
    pub fn map_inputs(&self, f: impl FnMut(T) -> T) -> Self {
        self.with_inputs(self.inputs.iter().copied().map(f).collect())
    }

    /// A copy with the inputs of each sample changed by `f`: for features that are scaled each by its own.
    ///
    /// ```
    /// use katachi::Dataset;
    ///
    /// let data = Dataset::from_arrays([[1.0_f32, 2000.0], [2.0, 4000.0]], [[0.0], [1.0]])?;
    /// let scaled = data.map_samples(|sample| sample[1] /= 1000.0);
    /// assert_eq!(scaled.inputs().as_slice(), [1.0, 2.0, 2.0, 4.0]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn map_samples(&self, f: impl FnMut(&mut [T])) -> Self {
        let mut inputs = self.inputs.to_vec();
        inputs.chunks_exact_mut(X::SIZE).for_each(f);
        self.with_inputs(inputs)
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
        Ok(Dataset { inputs: self.inputs.clone(), targets: self.targets.clone(), shape: PhantomData })
    }

    /// These targets with other inputs, of as many samples.
    fn with_inputs(&self, inputs: Vec<T>) -> Self {
        Self { inputs: Shared::new(inputs), targets: self.targets.clone(), shape: PhantomData }
    }
}

impl<X: Shape, Classes: Unsigned + 'static, T: Element> Dataset<X, Labels<Classes>, T> {
    /// A copy whose inputs have the type `U`, each the nearest to what it was: `data.cast::<f64>()`.
    pub fn cast<U: Element>(&self) -> Dataset<X, Labels<Classes>, U> {
        Dataset { inputs: cast(&self.inputs), targets: self.targets.clone(), shape: PhantomData }
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
        let mut values = vec![T::ZERO; self.len() * Classes::USIZE];
        for (row, &label) in values.chunks_exact_mut(Classes::USIZE).zip(self.labels()) {
            row[label as usize] = T::ONE; // In range: a constructor checked it.
        }
        Dataset { inputs: self.inputs.clone(), targets: Shared::new(values), shape: PhantomData }
    }
}

impl<X: Shape, S: Shape, T: Element> Dataset<X, Values<S, T>, T> {
    /// A copy whose inputs and targets have the type `U`, each the nearest to what it was: `data.cast::<f64>()`.
    pub fn cast<U: Element>(&self) -> Dataset<X, Values<S, U>, U> {
        Dataset { inputs: cast(&self.inputs), targets: cast(&self.targets), shape: PhantomData }
    }
}

fn cast<T: Element, U: Element>(values: &[T]) -> Shared<U> {
    Shared::new(values.iter().map(|value| U::from_f64(value.to_f64())).collect())
}
