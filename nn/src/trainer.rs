//! [`Trainer`]: the training loop, with its options.

use katachi_core::compare::{Compare, Verdict};
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::accepts::{AcceptsSamples, AcceptsTargets};
use crate::data::Dataset;
use crate::error::Error;
use crate::history::{Evaluation, History};
use crate::loss::Loss;
use crate::metric::Metrics;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::parameters::Parameters;
use crate::progress::Verbosity;
use crate::targets::{Form, Targets};

mod evaluate;
mod fit;
mod minibatch;
#[cfg(test)]
mod tests;

pub(crate) use evaluate::evaluate;
pub use minibatch::Minibatch;

