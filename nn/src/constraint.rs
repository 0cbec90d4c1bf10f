//! [`Constraint`]: what a parameter is brought back to after each step of an optimizer.

use katachi_core::element::Element;

use crate::model::Model;
use crate::tables::ParameterInfo;

/// What Keras adds to a norm before it divides by it.
const EPSILON: f64 = 1e-7;

/// Lanes of norms that are computed side by side.
const LANES: usize = 16;

/// What a parameter is brought back to after each step: Keras' `kernel_constraint` and its kin.
///
/// A norm is that of the values along one axis, Σ*w*² under the root. Along axis 0 of a dense weight `[inputs, outputs]`
/// that is a norm for each output, of the weights of all its inputs.
///
/// ```
/// use katachi::constraint;
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp {
///         hidden: Dense(2 => 3, relu, kernel_constraint = max_norm(1.0), bias_constraint = non_negative),
///         output: Dense(3 => 1),
///     }
/// }
///
/// let mut mlp = Mlp::init(22);
/// mlp.hidden.weight = Tensor::from([[3.0, 0.0, 0.5], [4.0, 2.0, 0.5]]);
/// mlp.hidden.bias = Tensor::from([-1.0, 0.0, 1.0]);
/// constraint::apply(&mut *mlp);
/// let expected = Tensor::from([[0.6, 0.0, 0.5], [0.8, 1.0, 0.5]]);
/// assert!(mlp.hidden.weight.iter().zip(expected.iter()).all(|(w, e)| (w - e).abs() < 1e-6));
/// assert_eq!(mlp.hidden.bias, Tensor::from([0.0, 0.0, 1.0]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constraint {
    /// No norm is above `max_value`: what is longer is multiplied by `max_value` / (10⁻⁷ + norm). What is not stays as it
    /// is, to the last bit; Keras multiplies it by norm / (10⁻⁷ + norm) at every step. Srebro et al., 2004, and Hinton et
    /// al., 2012, section 2.
    MaxNorm {
        /// The largest norm.
        max_value: f64,
        /// The axis that a norm is taken along.
        axis: usize,
    },
    /// No value is below 0: such a one becomes 0.
    NonNegative,
    /// Every norm is 1: values are divided by 10⁻⁷ + norm.
    UnitNorm {
        /// The axis that a norm is taken along.
        axis: usize,
    },
    /// Every norm comes nearer to the range from `min_value` to `max_value`: what is outside is multiplied by
    /// (`rate` · clip(norm) + (1 − `rate`) · norm) / (10⁻⁷ + norm). What is inside stays as it is.
    MinMaxNorm {
        /// The least norm.
        min_value: f64,
        /// The largest norm.
        max_value: f64,
        /// How much of the way a step goes, from 0 to 1.
        rate: f64,
        /// The axis that a norm is taken along.
        axis: usize,
    },
}

/// Brings every parameter of a model back to its constraint. Allocates nothing.
///
/// It belongs after each step of an optimizer; [`Trainer`](crate::trainer::Trainer) does so. What is declared `#[frozen]`
/// stays as it is. Where parameters are frozen while a program runs there is
/// [`Frozen::constrain`](crate::optimizer::Frozen::constrain).
pub fn apply<M: Model>(model: &mut M) {
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
        if let Some(constraint) = parameter.constraint.filter(|_| path.is_trainable()) {
            constraint.apply(parameter.shape, &mut model.as_mut_slice()[offset..][..parameter.len()]);
        }
    });
}

/// Whether any parameter of a model has a constraint.
pub fn has_any<M: Model>() -> bool {
    let mut any = false;
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, _, parameter| {
        any |= path.is_trainable() && parameter.constraint.is_some();
    });
    any
}

impl Constraint {
    /// Brings the values of a parameter of this `shape`, row-major, back to the constraint.
    ///
    /// # Panics
    /// If the shape has not that axis, or not that many values.
    pub fn apply<T: Element>(self, shape: &[usize], values: &mut [T]) {
        match self {
            Self::NonNegative => {
                for value in values.iter_mut().filter(|value| **value < T::ZERO) {
                    *value = T::ZERO;
                }
            }
            Self::MaxNorm { max_value, axis } => {
                scale(shape, axis, values, |norm| (norm > max_value).then(|| max_value / (EPSILON + norm)));
            }
            Self::UnitNorm { axis } => scale(shape, axis, values, |norm| Some(1.0 / (EPSILON + norm))),
            Self::MinMaxNorm { min_value, max_value, rate, axis } => scale(shape, axis, values, |norm| {
                let clipped = if norm < min_value {
                    min_value
                } else if norm > max_value {
                    max_value
                } else {
                    return None;
                };
                Some((rate * clipped + (1.0 - rate) * norm) / (EPSILON + norm))
            }),
        }
    }
}

/// Multiplies the values along an axis by what their norm asks for.
///
/// Norms are computed as f64, [`LANES`] neighbours at a time, so that memory is read in the order in which it lies.
fn scale<T: Element>(shape: &[usize], axis: usize, values: &mut [T], factor: impl Fn(f64) -> Option<f64>) {
    let (length, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
    assert_eq!(values.len(), shape.iter().product::<usize>(), "as many values as the shape has");
    if values.is_empty() {
        return;
    }
    for block in values.chunks_exact_mut(length * inner) {
        for first in (0..inner).step_by(LANES) {
            let lanes = LANES.min(inner - first);
            let mut squares = [0.0; LANES];
            for row in block.chunks_exact(inner) {
                for (square, value) in squares.iter_mut().zip(&row[first..first + lanes]) {
                    *square += value.to_f64() * value.to_f64();
                }
            }
            let factors = squares.map(|square| factor(Element::sqrt(square)));
            if factors[..lanes].iter().all(Option::is_none) {
                continue;
            }
            for row in block.chunks_exact_mut(inner) {
                for (value, factor) in row[first..first + lanes].iter_mut().zip(factors) {
                    if let Some(factor) = factor {
                        *value = T::from_f64(value.to_f64() * factor);
                    }
                }
            }
        }
    }
}
