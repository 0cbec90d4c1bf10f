//! [`Scaler`]: features brought to a like scale, by numbers of the training part.

use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::dataset::Dataset;
use crate::error::Error;
use crate::names::{list, nearest};
use crate::targets::Targets;

/// Takes from each feature a number of its own and divides it by another: (x - center) / scale.
///
/// It is fitted on the training part, by [`Standardize`], [`MinMax`] or [`Robust`], and then applied to all data alike,
/// so that nothing of the test part is known in training. The numbers are those of scikit-learn's scalers of like name; as
/// there, a feature that is the same in all samples is not divided.
///
/// ```
/// use katachi::Dataset;
/// use katachi::data::{Scaler, Standardize};
///
/// let train = Dataset::from_arrays([[1.0_f32, 7.0], [3.0, 7.0]], [[0.0], [1.0]])?;
/// let scaler = Standardize::fit(&train)?;
/// assert_eq!(scaler.apply(&train)?.inputs().as_slice(), [-1.0, 0.0, 1.0, 0.0]);
///
/// let mut sample = [4.0_f32, 8.0]; // one of later
/// scaler.apply_in_place(&mut sample)?;
/// assert_eq!(sample, [2.0, 1.0]);
///
/// // To a file and back, beside the model.
/// let arrays = scaler.arrays().into_iter().map(|(name, values)| (name, values.to_vec()));
/// assert_eq!(Scaler::from_arrays(scaler.kind(), arrays)?, scaler);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scaler {
    kind: &'static str,
    center: Vec<f64>,
    /// None is 0.
    scale: Vec<f64>,
}

/// Mean 0 and standard deviation 1: scikit-learn's `StandardScaler`, with the deviation of all samples, not an estimate of
/// a larger population's.
#[derive(Clone, Copy, Debug)]
pub struct Standardize;

/// From 0 to 1: scikit-learn's `MinMaxScaler`.
#[derive(Clone, Copy, Debug)]
pub struct MinMax;

/// Median 0, and 1 from the first quartile to the third: scikit-learn's `RobustScaler`. Few values that are far out do
/// not change it. Between two values a quartile is interpolated.
#[derive(Clone, Copy, Debug)]
pub struct Robust;

impl Standardize {
    /// The scaler of these samples; an error if a value is infinite or NaN.
    pub fn fit<X: Shape, Y: Targets, T: Element>(data: &Dataset<X, Y, T>) -> Result<Scaler, Error> {
        Scaler::fit("standardize", data, |values| {
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            // The second sum would be 0 without rounding; it takes away most of what the mean was rounded by.
            let (squares, rest) = values.iter().fold((0.0, 0.0), |(squares, rest), value| {
                let off = value - mean;
                (squares + off * off, rest + off)
            });
            let variance = (squares - rest * rest / count) / count;
            // What rounding alone can make of a constant, as scikit-learn bounds it.
            let rounding = count * mean * f64::EPSILON;
            let is_constant = variance <= count * f64::EPSILON * variance + rounding * rounding;
            (mean, if is_constant { 1.0 } else { variance.sqrt() })
        })
    }
}

impl MinMax {
    /// The scaler of these samples; an error if a value is infinite or NaN.
    pub fn fit<X: Shape, Y: Targets, T: Element>(data: &Dataset<X, Y, T>) -> Result<Scaler, Error> {
        Scaler::fit("min_max", data, |values| {
            let (least, most) = values
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), &value| (least.min(value), most.max(value)));
            (least, one_for_none(most - least))
        })
    }
}

impl Robust {
    /// The scaler of these samples; an error if a value is infinite or NaN.
    pub fn fit<X: Shape, Y: Targets, T: Element>(data: &Dataset<X, Y, T>) -> Result<Scaler, Error> {
        Scaler::fit("robust", data, |values| {
            values.sort_unstable_by(f64::total_cmp);
            let [first, median, third] = [0.25, 0.5, 0.75].map(|part| quantile(values, part));
            (median, one_for_none(third - first))
        })
    }
}

/// A range that is none but for rounding does not divide.
fn one_for_none(range: f64) -> f64 {
    if range < 10.0 * f64::EPSILON { 1.0 } else { range }
}

/// The value below which that part of the sorted values lies, interpolated (method 7 of Hyndman and Fan 1996).
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index into the values")]
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = part * (sorted.len() - 1) as f64;
    let (below, weight) = (at.floor(), at.fract());
    let low = sorted[below as usize];
    let high = sorted[(below as usize + 1).min(sorted.len() - 1)];
    // The nearer end is the base, as in NumPy.
    if weight < 0.5 { low + (high - low) * weight } else { high - (high - low) * (1.0 - weight) }
}

impl Scaler {
    fn fit<X: Shape, Y: Targets, T: Element>(
        kind: &'static str,
        data: &Dataset<X, Y, T>,
        of_feature: impl Fn(&mut [f64]) -> (f64, f64),
    ) -> Result<Self, Error> {
        let (mut center, mut scale) = (Vec::with_capacity(X::SIZE), Vec::with_capacity(X::SIZE));
        let mut values = Vec::with_capacity(data.len());
        for feature in 0..X::SIZE {
            values.clear();
            values.extend(data.samples().map(|(sample, _)| sample[feature].to_f64()));
            if let Some(sample) = values.iter().position(|value| !value.is_finite()) {
                let problem = format!("feature {feature} of sample {sample} is {}", values[sample]);
                let help = "leave such samples out with `filter`, or give them another value with `map_inputs`";
                return Err(Error::data(format!("`{kind}`"), problem, help));
            }
            let (of_center, of_scale) = of_feature(&mut values);
            center.push(of_center);
            scale.push(of_scale);
        }
        Ok(Self { kind, center, scale })
    }

    /// The samples with scaled features; an error if they have not as many as this was fitted on.
    pub fn apply<X: Shape, Y: Targets, T: Element>(&self, data: &Dataset<X, Y, T>) -> Result<Dataset<X, Y, T>, Error> {
        self.check(X::SIZE)?;
        Ok(data.map_samples(|sample| self.scale(sample)))
    }

    /// Scales the features of one sample, or of several one after the other; an error if they are not as many as this was
    /// fitted on. In `f64`, rounded once.
    pub fn apply_in_place<T: Element>(&self, samples: &mut [T]) -> Result<(), Error> {
        let features = self.center.len();
        if samples.is_empty() || !samples.len().is_multiple_of(features) {
            self.check(samples.len())?;
        }
        samples.chunks_exact_mut(features).for_each(|sample| self.scale(sample));
        Ok(())
    }

    /// The values that became `samples`: the inverse of [`apply_in_place`](Self::apply_in_place), but for rounding.
    pub fn invert_in_place<T: Element>(&self, samples: &mut [T]) -> Result<(), Error> {
        let features = self.center.len();
        if samples.is_empty() || !samples.len().is_multiple_of(features) {
            self.check(samples.len())?;
        }
        for sample in samples.chunks_exact_mut(features) {
            for ((x, center), scale) in sample.iter_mut().zip(&self.center).zip(&self.scale) {
                *x = T::from_f64(x.to_f64() * scale + center);
            }
        }
        Ok(())
    }

    /// What it was fitted by: `standardize`, `min_max` or `robust`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The number that each feature loses: mean, minimum or median.
    pub fn center(&self) -> &[f64] {
        &self.center
    }

    /// The number that each feature is divided by: standard deviation, range or distance of quartiles; 1 for a feature
    /// that is the same in all samples.
    pub fn scale_of_features(&self) -> &[f64] {
        &self.scale
    }

    /// All that [`from_arrays`](Self::from_arrays) needs beside the [`kind`](Self::kind): `center` and `scale`.
    pub fn arrays(&self) -> Vec<(&'static str, &[f64])> {
        vec![("center", &self.center), ("scale", &self.scale)]
    }

    /// A scaler from what another gave to a file. An error if the kind is unknown, if an array is missing or one too much,
    /// if they have not as many numbers, or if a number cannot be one.
    pub fn from_arrays<N: AsRef<str>>(
        kind: &str,
        arrays: impl IntoIterator<Item = (N, Vec<f64>)>,
    ) -> Result<Self, Error> {
        const KINDS: [&str; 3] = ["standardize", "min_max", "robust"];
        let wrong = |problem: String, help: String| Err(Error::data("scaler", problem, help));
        let Some(kind) = KINDS.into_iter().find(|known| *known == kind) else {
            let help = match nearest(kind, &KINDS) {
                Some(known) => format!("is `{known}` meant?"),
                None => format!("the kinds are {}", list(KINDS.iter())),
            };
            return wrong(format!("there is no kind `{kind}`"), help);
        };
        let (mut center, mut scale) = (None, None);
        for (name, values) in arrays {
            match name.as_ref() {
                "center" if center.is_none() => center = Some(values),
                "scale" if scale.is_none() => scale = Some(values),
                name => {
                    return wrong(format!("`{name}` is none of its arrays"), "they are `center` and `scale`".into());
                }
            }
        }
        let (Some(center), Some(scale)) = (center, scale) else {
            return wrong("an array is missing".into(), "pass `center` and `scale`, as `arrays` gives them".into());
        };
        if center.is_empty() || center.len() != scale.len() {
            let problem = format!("`center` has {} numbers, and `scale` {}", center.len(), scale.len());
            return wrong(problem, "pass one of each for every feature".into());
        }
        let is_wrong = |(center, scale): (&f64, &f64)| !center.is_finite() || !scale.is_finite() || *scale <= 0.0;
        if let Some(feature) = center.iter().zip(&scale).position(is_wrong) {
            let problem = format!("feature {feature} has center {} and scale {}", center[feature], scale[feature]);
            return wrong(problem, "pass finite numbers, and scales above 0".into());
        }
        Ok(Self { kind, center, scale })
    }

    fn scale<T: Element>(&self, sample: &mut [T]) {
        for ((x, center), scale) in sample.iter_mut().zip(&self.center).zip(&self.scale) {
            *x = T::from_f64((x.to_f64() - center) / scale);
        }
    }

    fn check(&self, features: usize) -> Result<(), Error> {
        let fitted = self.center.len();
        if features == fitted {
            return Ok(());
        }
        let problem = format!("it was fitted on samples of {fitted} features, and these have {features}");
        Err(Error::data(format!("`{}`", self.kind), problem, "fit another on samples of this shape"))
    }
}
