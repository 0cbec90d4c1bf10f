//! What a program that trains a model names: `use katachi::prelude::*;`.

pub use crate::typenum::consts::*;
pub use crate::{
    BatchView, Model, Parameters, Pass, Samples, Shape, Tensor, axes, differentiable, model, parameters, shape, tensor,
};

#[cfg(feature = "alloc")]
pub use crate::{Batch, InferenceWorkspace, Workspace, tensor::Boxed as _};

pub use crate::loss::{BinaryCrossentropy, CategoricalCrossentropy, MeanSquaredError, SparseCategoricalCrossentropy};
pub use crate::targets::{Labels, Values};

#[cfg(feature = "std")]
pub use crate::{
    Dataset, Evaluation, History, Inspect, Predict, Trainer, Verbosity, data,
    error::Error,
    metric::Accuracy,
    optimizer::{Adam, Frozen, Optimizer, Sgd},
};
