//! [`Lambda`].

use super::{Callback, Training};
use crate::error::Error;
use crate::model::Model;

type Closure<'a, M> = Box<dyn FnMut(&mut Training<'_, M>) + Send + 'a>;

/// Closures as a callback: Keras' `LambdaCallback`.
///
/// ```
/// use katachi::callback::Lambda;
/// use katachi::prelude::*;
///
/// model! {
///     struct Classifier { logits: Dense(64 => 10) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let mut seen = Vec::new();
/// Trainer::new(Adam::new(0.01), SparseCategoricalCrossentropy::from_logits())
///     .epochs(100)
///     .callback(Lambda::new().on_epoch_end(|training| {
///         let loss = training.value("loss").unwrap();
///         seen.push(loss);
///         if loss < 0.5 {
///             training.stop();
///         }
///     }))
///     .verbose(Verbosity::Silent)
///     .fit(&mut Classifier::init(22), &data::digits())?;
/// assert!(seen.len() > 1 && seen.len() < 100);
/// # Ok(())
/// # }
/// ```
///
/// A closure that looks into the model or at its gradient needs to be told which model it is:
/// `Lambda::<Classifier>::new().on_epoch_end(|training| training.model.logits.bias.fill(0.0))`.
pub struct Lambda<'a, M: Model> {
    train_begin: Option<Closure<'a, M>>,
    train_end: Option<Closure<'a, M>>,
    epoch_begin: Option<Closure<'a, M>>,
    epoch_end: Option<Closure<'a, M>>,
    batch_begin: Option<Closure<'a, M>>,
    batch_end: Option<Closure<'a, M>>,
}

macro_rules! events {
    ($($field:ident: $method:ident, $doc:literal;)*) => {
        impl<'a, M: Model> Lambda<'a, M> {
            /// No closure yet.
            pub fn new() -> Self {
                Self { $($field: None),* }
            }

            $(
                #[doc = $doc]
                pub fn $method(mut self, closure: impl FnMut(&mut Training<'_, M>) + Send + 'a) -> Self {
                    self.$field = Some(Box::new(closure));
                    self
                }
            )*
        }

        impl<M: Model> Callback<M> for Lambda<'_, M> {
            $(
                fn $method(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
                    if let Some(closure) = &mut self.$field {
                        closure(training);
                    }
                    Ok(())
                }
            )*
        }
    };
}

events! {
    train_begin: on_train_begin, "Before the first step.";
    train_end: on_train_end, "After the last step.";
    epoch_begin: on_epoch_begin, "Before the first step of an epoch.";
    epoch_end: on_epoch_end, "After the last step of an epoch and its validation.";
    batch_begin: on_batch_begin, "Before a step.";
    batch_end: on_batch_end, "After a step.";
}

impl<M: Model> Default for Lambda<'_, M> {
    fn default() -> Self {
        Self::new()
    }
}
