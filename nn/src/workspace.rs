//! [`Workspace`]: the buffers of a training step, allocated once.

use alloc::{boxed::Box, vec, vec::Vec};

use katachi_core::batch::BatchView;
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::model::{Model, Pass};
use crate::parameters::Parameters;

/// Everything that a training step of `M` writes, for batches of up to a fixed number of samples.
pub struct Workspace<M: Model> {
    capacity: usize,
    samples: usize,
    outputs: Vec<M::Element>,
    output_gradient: Vec<M::Element>,
    values: Vec<M::Element>,
    gradient: Box<M>,
}

impl<M: Model> Workspace<M> {
    /// Buffers for batches of up to `capacity` samples.
    pub fn new(capacity: usize) -> Self {
        let zeros = |len| vec![M::Element::ZERO; len];
        Self {
            capacity,
            samples: 0,
            outputs: zeros(capacity * M::Output::SIZE),
            output_gradient: zeros(capacity * M::Output::SIZE),
            values: zeros(capacity * M::TRAINING_WORKSPACE),
            gradient: M::zeros(),
        }
    }
}
