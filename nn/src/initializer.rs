//! [`Initializer`]: how a parameter begins.

#[cfg(feature = "alloc")]
mod fill;
#[cfg(feature = "alloc")]
mod orthogonal;

/// How a parameter begins.
///
/// *inputs* and *outputs* are the fan-in and fan-out as Keras computes them: for a dense weight `[inputs, outputs]` its
/// two sizes, for a convolution's `[height, width, inputs, outputs]` each times height · width, for a vector both its
/// length.
///
/// The normal ones of Glorot, He and `LeCun` are truncated at two standard deviations and widened, so that what remains has
/// the stated variance.
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp {
///         hidden1: Dense(8 => 6, tanh, kernel_initializer = orthogonal),
///         hidden2: Dense(6 => 6, relu, kernel_initializer = identity(gain = 0.5)),
///         output: Dense(6 => 2, kernel_initializer = truncated_normal(stddev = 0.1), bias_initializer = constant(0.1)),
///     }
/// }
///
/// let mlp = Mlp::init(22);
/// assert_eq!((mlp.hidden2.weight[0], mlp.hidden2.weight[1]), (0.5, 0.0));
/// assert!(mlp.output.weight.iter().all(|w| w.abs() < 0.2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initializer {
    /// Every value 0.
    Zeros,
    /// Every value 1.
    Ones,
    /// Every value the same.
    Constant(f64),
    /// Uniform from `minval` to `maxval`.
    RandomUniform {
        /// The least value.
        minval: f64,
        /// The value that none reaches.
        maxval: f64,
    },
    /// Normal.
    RandomNormal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        stddev: f64,
    },
    /// Normal, where values beyond two standard deviations are drawn again: what remains has 0.88 of the deviation.
    TruncatedNormal {
        /// The mean.
        mean: f64,
        /// The standard deviation before the truncation.
        stddev: f64,
    },
    /// Uniform in ±√(6 / (inputs + outputs)); Glorot and Bengio, 2010, equation 16.
    GlorotUniform,
    /// Truncated normal of variance 2 / (inputs + outputs); Glorot and Bengio, 2010, equation 12.
    GlorotNormal,
    /// Uniform in ±√(6 / inputs); He et al., 2015, equation 10.
    HeUniform,
    /// Truncated normal of variance 2 / inputs; He et al., 2015, equation 10. For relu.
    HeNormal,
    /// Uniform in ±√(3 / inputs); `LeCun` et al., 1998, equation 16.
    LecunUniform,
    /// Truncated normal of variance 1 / inputs; `LeCun` et al., 1998, equation 16. For selu (Klambauer et al., 2017).
    LecunNormal,
    /// Of variance scale / fan: what the six before are cases of.
    VarianceScaling {
        /// What the variance is multiplied by.
        scale: f64,
        /// What it is divided by.
        mode: Fan,
        /// How the values are distributed.
        distribution: Distribution,
    },
    /// A random matrix whose columns are orthogonal and of length `gain`, or its rows, where it has more columns: the Q of
    /// a matrix of normal numbers; Saxe et al., 2014. Of several axes all but the last are the rows.
    Orthogonal {
        /// The length of the columns, or of the rows.
        gain: f64,
    },
    /// `gain` on the diagonal of a matrix, and 0 elsewhere.
    Identity {
        /// The value on the diagonal.
        gain: f64,
    },
}

/// What [`Initializer::VarianceScaling`] divides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fan {
    /// The inputs, `fan_in`.
    In,
    /// The outputs, `fan_out`.
    Out,
    /// The mean of both, `fan_avg`.
    Average,
}

/// How the values of [`Initializer::VarianceScaling`] are distributed around 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Normal, truncated at two standard deviations and widened, so that what remains has the stated variance.
    TruncatedNormal,
    /// Normal.
    UntruncatedNormal,
    /// Uniform in ±√(3 · variance).
    Uniform,
}
