//! The layers of [`model!`](crate::model!): what each computes, and the structs of those that have parameters.
//!
//! | layer | output shape | computes | parameters |
//! |---|---|---|---|
//! | `Input(28, 28, 1)` | as written | the samples; first line only, where the first layer cannot tell its input | – |
//! | `name: Dense(in => out, …)` | `[…, out]` from `[…, in]` | *y* = *f*(*xW* + *b*) over the innermost dimension | `weight: [in, out]`, `bias: [out]` |
//! | `Activation(relu)`, `Relu`, `LeakyRelu(0.2)`, … | as its input | *y* = *f*(*x*) | – |
//! | `Dropout(0.2)` | as its input | in training *y* = *x* · *m* / (1 − rate), each *m* being 0 with probability `rate`, else 1; in use *y* = *x* (Srivastava et al. 2014, inverted form) | – |
//! | `Flatten` | `[h · w · c]` from `[h, w, c]` | the same values in the same order | – |
//! | `Reshape(28, 28, 1)` | as written, of as many values | the same values in the same order | – |
//! | `name: Embedding(rows => width, …)` | `[…, width]` from `[…]` | row *i* of the table for each number *i*; NaN where there is no such row | `weight: [rows, width]` |
//! | `name: Param(28, 28, …)` | as written; no sizes for a single number | itself, in a [function](crate::language#parameters) | the field is the tensor |
//! | `name: Encoder(in => out)` | as the model says | another [model](crate::language#a-model-as-a-layer) | the field is that model |
//!
//! `#[frozen]` in front of a line keeps its parameters [as they are](crate::language#frozen-layers).
//!
//! # Options of `Dense`
//!
//! | option | default | values |
//! |---|---|---|
//! | `activation` (or a word alone, last) | `linear` | an activation, below |
//! | `bias` | `true` | `true`, `false` |
//! | `kernel_initializer` | `glorot_uniform` | an initializer, below |
//! | `bias_initializer` | `zeros` | an initializer, below |
//! | `l1`, `l2` | `0` | factor of Σ\|*w*\| and of Σ*w*² over the weight (not the bias), added to the loss |
//! | `orthogonal_rows`, `orthogonal_columns` | `0` | factor of the mean of \|cos\| of the angle between two rows, or columns, of the weight, added to the loss |
//! | `bias_l1`, `bias_l2` | `0` | the first two, over the bias |
//! | `kernel_constraint` | none | a constraint of the weight, below |
//! | `bias_constraint` | none | a constraint of the bias, below |
//!
//! # Options of `Param` and `Embedding`
//!
//! | option | default | values |
//! |---|---|---|
//! | `init` | `glorot_uniform`; `zeros` for a `Param` of at most one size | an initializer, below |
//! | `l1`, `l2` | `0` | factor of Σ\|*w*\| and of Σ*w*² over all values, added to the loss |
//! | `orthogonal_rows`, `orthogonal_columns` | `0` | of a matrix, factor of the mean of \|cos\| of the angle between two rows, or columns, added to the loss |
//! | `constraint` | none | a constraint, below |
//!
//! # Activations
//!
//! | name | layer | *f*(*x*) | source |
//! |---|---|---|---|
//! | `linear` | `Linear` | *x* | |
//! | `relu` | `Relu` | max(*x*, 0) | Nair and Hinton 2010 |
//! | `relu6` | `Relu6` | min(max(*x*, 0), 6) | Krizhevsky 2010 |
//! | `leaky_relu(negative_slope = 0.2)` | `LeakyRelu(0.2)` | *x* for *x* > 0, else slope · *x* | Maas et al. 2013 |
//! | `elu(alpha = 1.0)` | `Elu` | *x* for *x* > 0, else α(e*ˣ* − 1) | Clevert et al. 2015 |
//! | `selu` | `Selu` | λ · elu(*x*, α), λ = 1.0507…, α = 1.6733… | Klambauer et al. 2017 |
//! | `gelu` | `Gelu` | *x* Φ(*x*) = ½*x*(1 + erf(*x*/√2)) | Hendrycks and Gimpel 2016 |
//! | `gelu(approximate = true)` | `Gelu(approximate = true)` | ½*x*(1 + tanh(√(2/π)(*x* + 0.044715*x*³))) | the same |
//! | `silu` | `Silu` | *x* · sigmoid(*x*), also called swish | Elfwing et al. 2017 |
//! | `sigmoid` | `Sigmoid` | 1 / (1 + e⁻*ˣ*) | |
//! | `hard_sigmoid` | `HardSigmoid` | relu6(*x* + 3) / 6 | Keras 3 |
//! | `tanh` | `Tanh` | tanh(*x*) | |
//! | `softplus` | `Softplus` | ln(1 + e*ˣ*) | Dugas et al. 2000 |
//! | `softsign` | `Softsign` | *x* / (1 + \|*x*\|) | Bergstra et al. 2009 |
//! | `softmax` | `Softmax` | e*ˣⁱ* / Σ e*ˣʲ* over the innermost dimension | |
//! | `log_softmax` | `LogSoftmax` | *xᵢ* − ln Σ e*ˣʲ* over the innermost dimension | |
//!
//! # Initializers
//!
//! Arguments are written by name or in this order, and each may be left out. [`Initializer`](crate::Initializer) has the
//! formulas; *inputs* and *outputs* are the two sizes of a weight.
//!
//! | name | values | source |
//! |---|---|---|
//! | `zeros`, `ones`, `constant(0.1)` | all the same | |
//! | `glorot_uniform`, `glorot_normal` | of variance 2 / (inputs + outputs) | Glorot and Bengio 2010 |
//! | `he_uniform`, `he_normal` | of variance 2 / inputs, for relu | He et al. 2015 |
//! | `lecun_uniform`, `lecun_normal` | of variance 1 / inputs, for selu | `LeCun` et al. 1998 |
//! | `variance_scaling(scale = 1.0, mode = fan_in, distribution = truncated_normal)` | of variance scale / fan; `mode` is `fan_in`, `fan_out` or `fan_avg`, `distribution` `truncated_normal`, `untruncated_normal` or `uniform` | He et al. 2015 |
//! | `random_uniform(minval = -0.05, maxval = 0.05)` | uniform between the two | |
//! | `random_normal(mean = 0.0, stddev = 0.05)` | normal | |
//! | `truncated_normal(mean = 0.0, stddev = 0.05)` | normal, drawn again beyond two standard deviations | |
//! | `orthogonal(gain = 1.0)` | a random matrix with orthogonal columns, or rows, of length gain | Saxe et al. 2014 |
//! | `identity(gain = 1.0)` | gain on the diagonal of a square matrix, else 0 | Le et al. 2015 |
//!
//! # Constraints
//!
//! What a parameter is brought back to after each step of training: see [`Constraint`](crate::Constraint). A norm is that
//! of the values along an axis; along axis 0 of a dense weight, of all weights of an output.
//!
//! | name | what holds after a step | source |
//! |---|---|---|
//! | `max_norm(max_value = 2.0, axis = 0)` | no norm is above `max_value` | Srebro et al. 2004 |
//! | `non_negative` | no value is below 0 | |
//! | `unit_norm(axis = 0)` | every norm is 1 | |
//! | `min_max_norm(min_value = 0.0, max_value = 1.0, rate = 1.0, axis = 0)` | every norm has come nearer to the range, by the share `rate` | |

use katachi_core::element::Element;
use katachi_core::shape::{Rank1, Rank2, Size};
use katachi_core::tensor::Tensor;

/// The parameters of `Dense(In => Out)`: *y* = *f*(*x* · `weight` + `bias`).
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Line {
///         line: Dense(1 => 1),
///     }
/// }
///
/// let mut line = Line::init(0);
/// line.line.weight[0] = 2.0;
/// line.line.bias[0] = 1.0;
/// assert_eq!(line.predict(&Batch::from([[3.0]])), Batch::from([[7.0]]));
/// ```
#[repr(C)]
#[derive(Clone, Debug, PartialEq)]
pub struct Dense<In: Size, Out: Size, T: Element = f32> {
    /// Row *i* holds what input *i* contributes to each output.
    pub weight: Tensor<Rank2<In, Out>, T>,
    /// One value for each output.
    pub bias: Tensor<Rank1<Out>, T>,
}

/// The parameters of `Dense(In => Out, bias = false)`: *y* = *f*(*x* · `weight`).
#[repr(C)]
#[derive(Clone, Debug, PartialEq)]
pub struct DenseWithoutBias<In: Size, Out: Size, T: Element = f32> {
    /// Row *i* holds what input *i* contributes to each output.
    pub weight: Tensor<Rank2<In, Out>, T>,
}

/// The parameters of `Embedding(Rows => Width)`: row *i* stands for the number *i*.
#[repr(C)]
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding<Rows: Size, Width: Size, T: Element = f32> {
    /// A row of `Width` values for each number.
    pub weight: Tensor<Rank2<Rows, Width>, T>,
}
