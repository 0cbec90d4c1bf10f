//! Losses as metrics, under the names of Keras' functions: what `Trainer::metric` reports of a model that is trained with
//! another loss.

use katachi_core::element::Element;

use super::{
    AnyShape, BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy, CategoricalFocalCrossentropy,
    CategoricalHinge, Hinge, Huber, KlDivergence, LogCosh, Loss, MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError, Poisson, SparseCategoricalCrossentropy, SquaredHinge,
};
use crate::ending::Ending;
use crate::error::Error;
use crate::metric::Metric;
use crate::targets::Form;

/// A loss summed over rows, and how many there are.
#[derive(Clone, Copy, Debug, Default)]
pub struct LossTally {
    sum: f64,
    rows: u64,
}

impl LossTally {
    fn add<F: Form, E: Ending, T: Element>(
        &mut self,
        loss: &impl Loss<F, E, T>,
        width: usize,
        outputs: &[T],
        targets: &[F::Item<T>],
    ) {
        let rows = outputs.len() / width;
        if rows > 0 {
            self.sum += loss.value(width, outputs, targets).to_f64() * rows as f64;
            self.rows += rows as u64;
        }
    }

    fn mean(&self) -> f64 {
        self.sum / self.rows as f64
    }
}

macro_rules! metrics {
    ($($loss:ident $(<$reads:ident>)?, $name:literal;)*) => {
        $(impl<F: Form, E: Ending, T: Element $(, $reads)?> Metric<F, E, T> for $loss $(<$reads>)?
        where
            Self: Loss<F, E, T>,
        {
            type Outputs = AnyShape;
            type Tally = LossTally;

            fn name(&self) -> &str {
                $name
            }

            fn validate(&self, _width: usize) -> Result<(), Error> {
                Ok(Loss::<F, E, T>::validate(self)?)
            }

            fn add(&self, tally: &mut LossTally, width: usize, outputs: &[T], targets: &[F::Item<T>]) {
                tally.add::<F, E, T>(self, width, outputs, targets);
            }

            fn result(&self, tally: &LossTally) -> f64 {
                tally.mean()
            }
        })*
    };
}

metrics! {
    MeanAbsolutePercentageError, "mean_absolute_percentage_error";
    MeanSquaredLogarithmicError, "mean_squared_logarithmic_error";
    Huber, "huber";
    LogCosh, "log_cosh";
    Hinge, "hinge";
    SquaredHinge, "squared_hinge";
    CategoricalHinge, "categorical_hinge";
    KlDivergence, "kl_divergence";
    Poisson, "poisson";
    BinaryCrossentropy<Reads>, "binary_crossentropy";
    BinaryFocalCrossentropy<Reads>, "binary_focal_crossentropy";
    CategoricalCrossentropy<Reads>, "categorical_crossentropy";
    CategoricalFocalCrossentropy<Reads>, "categorical_focal_crossentropy";
    SparseCategoricalCrossentropy<Reads>, "sparse_categorical_crossentropy";
}
