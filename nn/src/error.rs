//! The errors that a user can meet at run time: each names the place and says what to do.

use std::path::PathBuf;

use katachi_core::batch::{BatchLengthError, PartCountError};

use crate::loss::OptionError;
use crate::workspace::CapacityError;

/// What goes wrong with options, data and files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An option has a value that makes no sense: `` `learning_rate` is -1, but it must be … ``.
    #[error("`{option}` is {value}, but it must be {must}")]
    Option {
        /// The option, as the user writes it.
        option: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        must: &'static str,
    },
    /// A file cannot be opened or read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{path}`: {source}; what was there before is as it was")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file or a dataset has contents that cannot be used.
    #[error("{place}: {problem}; {help}")]
    Data {
        /// The file, or what the data are for.
        place: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        help: String,
    },
    /// Parameters that cannot be frozen or unfrozen by that name.
    #[error("`{call}`: {problem}; {help}")]
    Freeze {
        /// The call, as the user writes it.
        call: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        help: String,
    },
    /// The loss became infinite or NaN during training.
    #[error(
        "the loss became {loss} in epoch {epoch}, step {step}; the model keeps the weights of {kept}. \
         Try a smaller learning rate, and look for NaN or very large values in the data"
    )]
    LossNotFinite {
        /// The loss.
        loss: f64,
        /// The epoch, counted from 1.
        epoch: usize,
        /// The step in that epoch, counted from 1.
        step: usize,
        /// Which weights the model has now: `epoch 3`, or `the start`.
        kept: String,
    },
    /// A gradient is not that of these parameters.
    #[error("the gradient has {gradient} values, but there are {parameters} parameters; pass one for each")]
    GradientLength {
        /// How many parameters there are.
        parameters: usize,
        /// How many values the gradient has.
        gradient: usize,
    },
    /// An optimizer is used on a second model, of another size.
    #[error(
        "this optimizer has trained a model of {state} parameters, and this one has {parameters}; \
         use an optimizer for each model"
    )]
    OptimizerLength {
        /// How many parameters it has trained.
        state: usize,
        /// How many it is given now.
        parameters: usize,
    },
    /// A batch has more samples than a workspace was made for.
    #[error(transparent)]
    Capacity(#[from] CapacityError),
    /// A slice of values is no whole number of samples.
    #[error(transparent)]
    BatchLength(#[from] BatchLengthError),
    /// Parts that are to be put together have different numbers of samples.
    #[error(transparent)]
    PartCount(#[from] PartCountError),
    /// A file of `NumPy` cannot be read.
    #[cfg(feature = "npy")]
    #[error(transparent)]
    Npy(#[from] katachi_core::tensor::npy::NpyError),
}

impl From<OptionError> for Error {
    fn from(OptionError { option, value, must }: OptionError) -> Self {
        Self::Option { option, value: format!("{value:?}"), must }
    }
}

impl Error {
    /// [`Error::Option`] for a count of 0.
    pub(crate) fn unless_at_least_one(option: &'static str, value: usize) -> Result<(), Self> {
        if value == 0 { Err(Self::Option { option, value: "0".into(), must: "at least 1" }) } else { Ok(()) }
    }

    /// [`Error::Data`] from its three parts.
    pub(crate) fn data(place: impl Into<String>, problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Data { place: place.into(), problem: problem.into(), help: help.into() }
    }
}
