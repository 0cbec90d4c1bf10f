//! What labels have beyond values: counts of classes, weights of classes, parts with as much of each class.

use katachi_core::element::Element;
use katachi_core::shape::Shape;
use katachi_core::typenum::Unsigned;

use super::dataset::Dataset;
use crate::error::Error;
use crate::targets::Labels;

impl<X: Shape, Classes: Unsigned + 'static, T: Element> Dataset<X, Labels<Classes>, T> {
    /// The number of classes, whether or not samples of all of them are here.
    pub fn classes(&self) -> usize {
        Classes::USIZE
    }

    /// How many samples each class has.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; Classes::USIZE];
        for label in self.targets.rows() {
            counts[label[0] as usize] += 1; // In range: a constructor checked it.
        }
        counts
    }

    /// A weight for each class, with which all classes together count as much as each other: n / (c · nᵢ) for nᵢ of the
    /// n samples and c classes that have samples, scikit-learn's `class_weight="balanced"` (King and Zeng 2001). 0 for a
    /// class without samples.
    ///
    /// ```
    /// use katachi::{Dataset, shape, targets::Labels, typenum::U2};
    ///
    /// let data = Dataset::<shape!(1), Labels<U2>>::from_labels(vec![0.5; 4], vec![0, 0, 0, 1])?;
    /// assert_eq!(data.class_weights(), [2.0 / 3.0, 2.0]);
    /// let data = data.with_class_weights(&data.class_weights())?;
    /// assert_eq!(data.weights(), Some(&[2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 2.0][..]));
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn class_weights(&self) -> Vec<T> {
        let counts = self.class_counts();
        let present = counts.iter().filter(|&&count| count > 0).count();
        let weight = |count| if count == 0 { 0.0 } else { self.len() as f64 / (present * count) as f64 };
        counts.into_iter().map(|count| T::from_f64(weight(count))).collect()
    }

    /// The same samples, each with the weight of its class: Keras' `class_weight`. Weights that the samples have are
    /// multiplied.
    ///
    /// An error if there is not one weight for each class, or if one is negative, infinite or NaN.
    pub fn with_class_weights(&self, weights: &[T]) -> Result<Self, Error> {
        const CALL: &str = "`with_class_weights`";
        if weights.len() != Classes::USIZE {
            let problem = format!("there are {} classes, but {} weights", Classes::USIZE, weights.len());
            return Err(Error::data(CALL, problem, "pass one for each class"));
        }
        if let Some(class) = weights.iter().position(|weight| !weight.is_finite() || *weight < T::ZERO) {
            let problem = format!("the weight of class {class} is {}", weights[class]);
            return Err(Error::data(CALL, problem, "pass finite numbers, not below 0"));
        }
        let of_class = self.targets.rows().map(|label| weights[label[0] as usize]);
        let weights = match &self.weights {
            None => of_class.collect(),
            Some(own) => of_class.zip(own.rows()).map(|(weight, own)| weight * own[0]).collect(),
        };
        self.with_weights(weights)
    }

    /// Two parts with as much of each class: in the first `fraction` of the samples of each class, to within one, and
    /// `fraction` of all (rounded), as [`split`](Self::split) has it. The samples keep their order; of each class the
    /// first ones are in the first part, so [`shuffle`](Self::shuffle) first.
    ///
    /// An error if `fraction` is not between 0 and 1, or if a part would have no sample.
    ///
    /// ```
    /// use katachi::{Dataset, shape, targets::Labels, typenum::U2};
    ///
    /// let data = Dataset::<shape!(1), Labels<U2>>::from_labels(vec![0.5; 6], vec![0, 0, 0, 0, 1, 1])?;
    /// let (train, test) = data.stratified_split(0.5)?;
    /// assert_eq!((train.labels(), test.labels()), (&[0, 0, 1][..], &[0, 0, 1][..]));
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn stratified_split(&self, fraction: f64) -> Result<(Self, Self), Error> {
        let total = self.split_number(fraction)?;
        let mut left = shares(&self.class_counts(), fraction, total);
        let in_first = |row: &usize| {
            let left = &mut left[self.targets.row(*row)[0] as usize];
            let is_left = *left > 0;
            *left -= usize::from(is_left);
            is_left
        };
        let (first, second) = (0..self.len()).partition(in_first);
        Ok((self.select(first), self.select(second)))
    }
}

/// `fraction` of each count, rounded down or up so that the sum is `total`: up where most is cut off (the method of
/// largest remainders).
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a fraction of a count is a count of at most its size"
)]
fn shares(counts: &[usize], fraction: f64, total: usize) -> Vec<usize> {
    let exact: Vec<f64> = counts.iter().map(|&count| count as f64 * fraction).collect();
    let mut shares: Vec<usize> = exact.iter().map(|share| share.floor() as usize).collect();
    let mut by_remainder: Vec<usize> = (0..counts.len()).filter(|&class| exact[class].fract() > 0.0).collect();
    by_remainder.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    let missing = total.saturating_sub(shares.iter().sum());
    by_remainder.iter().take(missing).for_each(|&class| shares[class] += 1);
    shares
}
