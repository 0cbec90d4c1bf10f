//! What a program that trains a model names: `use katachi::prelude::*;`.

pub use crate::typenum::consts::*;
pub use crate::{
    BatchView, Model, Parameters, Pass, Samples, Shape, Tensor, axes, differentiable, model, parameters, shape, tensor,
};

#[cfg(feature = "alloc")]
pub use crate::{Batch, InferenceWorkspace, Workspace, tensor::Boxed as _};

pub use crate::loss::{
    BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy, CategoricalFocalCrossentropy,
    CategoricalHinge, CosineSimilarity, Hinge, Huber, KlDivergence, LogCosh, MeanAbsoluteError,
    MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson, SparseCategoricalCrossentropy,
    SquaredHinge,
};
pub use crate::targets::{Labels, Values};

#[cfg(feature = "std")]
pub use crate::{
    Dataset, Evaluation, History, Import, Inspect, Predict, Save, Trainer, Verbosity, data,
    error::Error,
    metric::{
        Accuracy, Auc, Average, BinaryAccuracy, ClassificationReport, ConfusionMatrix, F1Score, Precision, R2Score,
        Recall, RootMeanSquaredError, TopKCategoricalAccuracy,
    },
    optimizer::{
        Adadelta, Adagrad, Adam, AdamW, Adamax, Frozen, Ftrl, Lion, Nadam, Optimizer, ParameterArray, Rmsprop, Sgd,
    },
    schedule::{IntoSchedule as _, Schedule},
};
