//! [`Initializer`]: how a parameter begins.

#[cfg(feature = "alloc")]
mod fill;

/// How a parameter begins.
///
/// *inputs* and *outputs* are the fan-in and fan-out as Keras computes them: for a dense weight `[inputs, outputs]` its
/// two sizes, for a convolution's `[height, width, inputs, outputs]` each times height · width, for a vector both its
/// length.
///
/// The normal ones are truncated at two standard deviations and widened, so that what remains has the stated variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initializer {
    /// Every value 0.
    Zeros,
    /// Every value 1.
    Ones,
    /// Every value the same.
    Constant(f64),
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
}
