//! How much memory a pass needs, known to the compiler.

use katachi_core::shape::Shape;

use crate::model::Model;

/// Bytes that a pass needs: a fixed part, and a part for each sample of a batch.
///
/// It is a constant, so a budget can be an assertion of the compiler:
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     pub struct Sine {
///         hidden1: Dense(1 => 10, relu),
///         hidden2: Dense(10 => 10, relu),
///         output: Dense(10 => 1),
///     }
/// }
///
/// const _: () = assert!(Sine::PARAMETER_BYTES + Sine::INFERENCE_BYTES.for_batch(1) < 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Bytes whatever the size of the batch.
    pub fixed: usize,
    /// Bytes for each sample of the batch.
    pub per_sample: usize,
}

impl Memory {
    /// Bytes for a batch of `samples`.
    pub const fn for_batch(self, samples: usize) -> usize {
        self.fixed + self.per_sample * samples
    }

    /// What [`Model::infer`] writes: its workspace and the outputs.
    pub const fn inference<M: Model>() -> Self {
        let size = size_of::<M::Element>();
        let workspace = M::INFERENCE_WORKSPACE;
        Self { fixed: workspace.fixed * size, per_sample: (workspace.per_sample + M::Output::SIZE) * size }
    }

    /// What [`Model::forward`] and [`Model::backward`] write: their workspace, the outputs, the gradient of the outputs,
    /// and the gradient of the parameters.
    pub const fn training<M: Model>() -> Self {
        let size = size_of::<M::Element>();
        let workspace = M::TRAINING_WORKSPACE;
        let per_sample = (workspace.per_sample + 2 * M::Output::SIZE) * size;
        Self { fixed: (M::LEN + workspace.fixed) * size, per_sample }
    }
}
