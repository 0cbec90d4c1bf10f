//! What an optimizer knows of a model, and what it keeps from step to step.

use std::ops::Range;

use crate::model::{Model, ParameterInfo};

/// An array of parameters of a model, as [`Optimizer::bind`](super::Optimizer::bind) takes them.
///
/// ```
/// use katachi::optimizer::ParameterArray;
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp { hidden: Dense(2 => 4, tanh), output: Dense(4 => 1) }
/// }
///
/// let arrays = ParameterArray::all::<Mlp>();
/// assert_eq!(arrays[1].name, "hidden.bias");
/// assert_eq!(arrays[1].shape, [4]);
/// assert_eq!(arrays[1].range, 8..12); // of `as_slice`
/// assert!(arrays[1].is_trainable);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterArray {
    /// Its path, through models within models: `encoder.hidden.weight`.
    pub name: String,
    /// Its shape.
    pub shape: &'static [usize],
    /// Where its numbers stand in `as_slice`.
    pub range: Range<usize>,
    /// Whether training changes it.
    pub is_trainable: bool,
}

impl ParameterArray {
    /// All arrays of a model, in their order in `as_slice`; trainable is what is not declared `#[frozen]`.
    pub fn all<M: Model>() -> Vec<Self> {
        let mut arrays = Vec::new();
        ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
            arrays.push(Self {
                name: path.to_string(),
                shape: parameter.shape,
                range: offset..offset + parameter.len(),
                is_trainable: path.is_trainable(),
            });
        });
        arrays
    }
}

/// All that an optimizer keeps from step to step, each by its name, for reading and for writing.
///
/// Where it is written to another optimizer of the same kind and options, that one goes on to the last bit as this one
/// would have. An array is empty before the first step, and later has a number for each parameter of the model. No name
/// stands twice in a list.
///
/// ```
/// use katachi::optimizer::{Adam, Optimizer};
///
/// let (mut first, mut second) = (Adam::new(0.1), Adam::new(0.1));
/// first.update(&mut [1.0_f64], &[3.0])?;
/// {
///     let (from, mut to) = (first.state(), second.state());
///     for ((name, old), (other, new)) in from.numbers.iter().zip(&mut to.numbers) {
///         assert_eq!(name, other);
///         **new = **old;
///     }
///     for ((_, old), (_, new)) in from.arrays.iter().zip(&mut to.arrays) {
///         new.clone_from(old);
///     }
/// }
/// let (mut a, mut b) = ([2.0], [2.0]);
/// first.update(&mut a, &[-1.0])?;
/// second.update(&mut b, &[-1.0])?;
/// assert_eq!(a, b);
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct OptimizerState<'a, T> {
    /// Counts and running products: `iterations`.
    pub numbers: Vec<(String, &'a mut f64)>,
    /// A number for each parameter: `momentum`.
    pub arrays: Vec<(String, &'a mut Vec<T>)>,
}
