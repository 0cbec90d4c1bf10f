//! [`Named`]: a metric under another name.

use std::borrow::Cow;

use katachi_core::element::Element;

use super::{
    Accuracy, Auc, BinaryAccuracy, CohenKappa, CosineSimilarity, F1Score, MatthewsCorrelation, MeanAbsoluteError,
    MeanSquaredError, Metric, Precision, R2Score, Recall, RootMeanSquaredError, TopKCategoricalAccuracy,
};
use crate::ending::Ending;
use crate::error::Error;
use crate::targets::Form;

/// A metric under another name, so that two of a kind can be told apart. Every metric here has a method for it:
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Classifier { logits: Dense(2 => 3) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let points: Vec<f32> = (0..90).flat_map(|i| [[3.0, 0.0], [0.0, 3.0], [-2.0, -2.0]][i % 3]).collect();
/// let data = Dataset::<shape!(2), Labels<U3>>::from_labels(points, (0..90).map(|i| i % 3).collect())?;
/// let history = Trainer::new(Adam::new(0.1), SparseCategoricalCrossentropy::from_logits())
///     .metric(Precision::of_class(0))
///     .metric(Precision::of_class(1).named("precision_1"))
///     .verbose(Verbosity::Silent)
///     .fit(&mut Classifier::init(22), &data)?;
/// assert!(history.get("precision").is_some() && history.get("precision_1").is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Named<N> {
    name: Cow<'static, str>,
    metric: N,
}

impl<N> Named<N> {
    /// `metric` under that name.
    pub fn new(name: impl Into<Cow<'static, str>>, metric: N) -> Self {
        Self { name: name.into(), metric }
    }
}

impl<F: Form, E: Ending, T: Element, N: Metric<F, E, T>> Metric<F, E, T> for Named<N> {
    type Outputs = N::Outputs;
    type Tally = N::Tally;

    fn name(&self) -> &str {
        &self.name
    }

    fn validate(&self, width: usize) -> Result<(), Error> {
        self.metric.validate(width)
    }

    fn add(&self, tally: &mut Self::Tally, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
        self.metric.add(tally, width, outputs, targets);
    }

    fn result(&self, tally: &Self::Tally) -> f64 {
        self.metric.result(tally)
    }

    fn reset(&self, tally: &mut Self::Tally) {
        self.metric.reset(tally);
    }
}

macro_rules! can_be_named {
    ($($name:ident $(<$kind:ident>)?),* $(,)?) => {
        $(impl $(<$kind>)? $name $(<$kind>)? {
            /// The same under another name than Keras', to tell two of a kind apart.
            pub fn named(self, name: impl Into<Cow<'static, str>>) -> Named<Self> {
                Named::new(name, self)
            }
        })*
    };
}

can_be_named!(
    Accuracy,
    Auc<K>,
    BinaryAccuracy,
    CohenKappa,
    CosineSimilarity,
    F1Score<D>,
    MatthewsCorrelation,
    MeanAbsoluteError,
    MeanSquaredError,
    Precision<D>,
    R2Score,
    Recall<D>,
    RootMeanSquaredError,
    TopKCategoricalAccuracy,
);
