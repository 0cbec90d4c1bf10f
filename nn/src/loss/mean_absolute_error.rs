//! [`MeanAbsoluteError`].

/// The mean over samples and outputs of |y - t|, in the unit of the targets.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanAbsoluteError;
