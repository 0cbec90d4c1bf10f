//! Datasets of some of the samples of others, or of other orders. They share the values: nothing is copied.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::column::Selection;
use super::dataset::Dataset;
use super::order::Order;
use crate::error::Error;
use crate::targets::Targets;

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
        self.check_split(n, call, &help)?;
        Ok((self.part(0..n), self.part(n..self.len())))
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
    pub fn split(&self, fraction: f64) -> Result<(Self, Self), Error> {
        let n = self.split_number(fraction)?;
        Ok((self.part(0..n), self.part(n..self.len())))
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

    /// `k` pairs of parts, for cross-validation: in each pair another `k`-th of the samples, those that follow one
    /// another, is the second part, and all others are the first. Of the second parts, the first ones have one sample
    /// more where the number of samples is no multiple of `k`, as scikit-learn's `KFold` has it.
    ///
    /// An error if `k` is not from 2 to [`len`](Self::len). [`shuffle`](Self::shuffle) first where the samples are
    /// sorted.
    ///
    /// ```
    /// use katachi::data::digits;
    ///
    /// let folds = digits().shuffle(22).k_fold(5)?;
    /// for (train, validation) in &folds {
    ///     assert_eq!(train.len() + validation.len(), 1797);
    /// }
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn k_fold(&self, k: usize) -> Result<Vec<(Self, Self)>, Error> {
        let len = self.len();
        if !(2..=len).contains(&k) {
            let help = match len {
                1 => "add samples: two parts need two".into(),
                _ => format!("write a number from 2 to {len}"),
            };
            return Err(Error::data(format!("`k_fold({k})`"), format!("the dataset has {}", samples(len)), help));
        }
        let first = |fold: usize| fold * (len / k) + fold.min(len % k);
        let fold = |fold| {
            let held_out = first(fold)..first(fold + 1);
            let others = (0..held_out.start).chain(held_out.end..len).collect();
            (self.select(others), self.part(held_out))
        };
        Ok((0..k).map(fold).collect())
    }

    /// The samples for which `keep` of the inputs and the target is true.
    ///
    /// An error if there is none.
    ///
    /// ```
    /// use katachi::data::digits;
    ///
    /// let zeros = digits().filter(|_, label| label == [0])?;
    /// assert_eq!(zeros.len(), 178);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn filter(&self, mut keep: impl FnMut(&[T], &[Y::Item]) -> bool) -> Result<Self, Error> {
        let kept = (0..self.len()).filter(|&row| keep(self.inputs.row(row), self.targets.row(row))).collect();
        self.rows_or_none(kept, "`filter`", "no sample is kept", "ask for what some of the samples are")
    }

    /// The samples of these numbers, in this order. A number may come more than once.
    ///
    /// An error if there is no sample of one of the numbers, or if there is no number.
    ///
    /// ```
    /// use katachi::data::digits;
    ///
    /// let few = digits().choose(&[3, 1, 1])?;
    /// assert_eq!(few.labels(), [3, 1, 1]);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn choose(&self, rows: &[usize]) -> Result<Self, Error> {
        if let Some(row) = rows.iter().find(|&&row| row >= self.len()) {
            let (len, last) = (self.len(), self.len() - 1);
            let problem = format!("there is no sample {row}, for the dataset has {}", samples(len));
            return Err(Error::data("`choose`", problem, format!("write numbers from 0 to {last}")));
        }
        self.rows_or_none(rows.to_vec(), "`choose`", "there is no number", "write at least one")
    }

    /// The samples in the order that `seed` draws: the same order for the same seed, on every machine.
    ///
    /// Training shuffles by itself; this is for data that are to be split and lie sorted.
    pub fn shuffle(&self, seed: u64) -> Self {
        self.select(Order::new(self.len(), seed).epoch(0).to_vec())
    }

    /// These samples and then those of `other`. Values are copied unless both are parts of one dataset.
    ///
    /// An error if one has weights and the other has none, or if they have different augmentations.
    ///
    /// ```
    /// use katachi::data::digits;
    ///
    /// let (first, rest) = digits().split_at(1000)?;
    /// let data = rest.concatenate(&first)?;
    /// assert_eq!(data.len(), 1797);
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn concatenate(&self, other: &Self) -> Result<Self, Error> {
        let weights = match (&self.weights, &other.weights) {
            (None, None) => None,
            (Some(weights), Some(others)) => Some(weights.chain(others)),
            _ => {
                let help = "give weights to the other too, of 1 for each sample, with `with_weights`";
                return Err(Error::data("`concatenate`", "one of the datasets has weights, the other has none", help));
            }
        };
        let are_same = match (&self.augmentation, &other.augmentation) {
            (None, None) => true,
            (Some(augmentation), Some(others)) => Arc::ptr_eq(augmentation, others),
            _ => false,
        };
        if !are_same {
            let problem = "the datasets have different augmentations";
            return Err(Error::data("`concatenate`", problem, "call `augment` on the whole, after `concatenate`"));
        }
        let (inputs, targets) = (self.inputs.chain(&other.inputs), self.targets.chain(&other.targets));
        Ok(Self { inputs, targets, weights, augmentation: self.augmentation.clone(), shape: PhantomData })
    }

    /// How many samples are `fraction` of all, if that leaves each of two parts one.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction of a count is a count of at most its size"
    )]
    pub(super) fn split_number(&self, fraction: f64) -> Result<usize, Error> {
        if !(0.0 < fraction && fraction < 1.0) {
            return Err(Error::Option {
                option: "fraction",
                value: fraction.to_string(),
                must: "between 0 and 1: the part of the samples that comes first, as in `split(0.8)`",
            });
        }
        let n = (self.len() as f64 * fraction).round() as usize;
        let call = format!("`split({fraction})`, which is `split_at({n})`");
        self.check_split(n, call, "write a fraction that leaves each part one")?;
        Ok(n)
    }

    fn check_split(&self, n: usize, call: String, help: &str) -> Result<(), Error> {
        match self.len() {
            1 => Err(Error::data(call, "the dataset has 1 sample", "add samples: two parts need two")),
            len if (1..len).contains(&n) => Ok(()),
            len => Err(Error::data(call, format!("the dataset has {len} samples"), help)),
        }
    }

    /// The samples of these numbers, which are in range; there is at least one.
    pub(super) fn select(&self, rows: Vec<usize>) -> Self {
        let mut selection = Selection::new(rows);
        let inputs = self.inputs.select(&mut selection);
        let targets = self.targets.select(&mut selection);
        let weights = self.weights.as_ref().map(|weights| weights.select(&mut selection));
        Self { inputs, targets, weights, augmentation: self.augmentation.clone(), shape: PhantomData }
    }

    fn rows_or_none(&self, rows: Vec<usize>, call: &str, problem: &str, help: &str) -> Result<Self, Error> {
        if rows.is_empty() { Err(Error::data(call, problem, help)) } else { Ok(self.select(rows)) }
    }

    fn part(&self, rows: Range<usize>) -> Self {
        let weights = self.weights.as_ref().map(|weights| weights.part(rows.clone()));
        let (inputs, targets) = (self.inputs.part(rows.clone()), self.targets.part(rows));
        Self { inputs, targets, weights, augmentation: self.augmentation.clone(), shape: PhantomData }
    }
}

/// `1 sample`, `10 samples`.
fn samples(count: usize) -> String {
    if count == 1 { "1 sample".into() } else { format!("{count} samples") }
}
