//! Tensors from arrays of the crate `ndarray`, and back.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use ndarray::{ArrayBase, ArrayD, Data, Dimension, IxDyn};

use super::place::Place;
use super::{Dtype, Tensor};
use crate::shape::Shape;

/// An array has another shape than the tensor that is to be made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// The shape of the array.
    pub array: Vec<usize>,
    /// The shape of the tensor.
    pub tensor: &'static [usize],
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { array, tensor } = self;
        write!(f, "an array of shape {array:?} is no tensor of shape {tensor:?}; reshape it, or take another shape")
    }
}

impl core::error::Error for ShapeError {}

/// Any array whose sizes are those of the tensor, in whatever order it is stored.
///
/// ```
/// use katachi_core::{shape, tensor, tensor::Tensor};
///
/// let array = ndarray::array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// let x = Tensor::<shape!(3, 2), f64>::try_from(&array.t()).unwrap();
/// assert_eq!(x, tensor![[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]);
/// assert_eq!(Box::<Tensor<shape!(2, 3), f64>>::try_from(&array).unwrap().transpose(), x);
/// assert_eq!(ndarray::ArrayD::from(&x), array.t().into_dyn());
/// assert_eq!(
///     Tensor::<shape!(3, 2), f64>::try_from(&array).unwrap_err().to_string(),
///     "an array of shape [2, 3] is no tensor of shape [3, 2]; reshape it, or take another shape",
/// );
/// ```
impl<S: Shape, T: Dtype, A: Data<Elem = T>, D: Dimension> TryFrom<&ArrayBase<A, D>> for Tensor<S, T> {
    type Error = ShapeError;

    fn try_from(array: &ArrayBase<A, D>) -> Result<Self, ShapeError> {
        convert(array)
    }
}

/// The same, on the heap: `Box::<Tensor<shape!(3, 2), f64>>::try_from(&array)`.
impl<S: Shape, T: Dtype, A: Data<Elem = T>, D: Dimension> TryFrom<&ArrayBase<A, D>> for Box<Tensor<S, T>> {
    type Error = ShapeError;

    fn try_from(array: &ArrayBase<A, D>) -> Result<Self, ShapeError> {
        convert(array)
    }
}

fn convert<S: Shape, T: Dtype, A: Data<Elem = T>, D: Dimension, P: Place<S, T>>(
    array: &ArrayBase<A, D>,
) -> Result<P, ShapeError> {
    if array.shape() != S::DIMS {
        return Err(ShapeError { array: array.shape().to_vec(), tensor: S::DIMS });
    }
    let mut values = array.iter();
    Ok(P::build(|_| values.next().map_or(T::ZERO, |&value| value)))
}

/// An array with the sizes of the tensor.
impl<S: Shape, T: Dtype> From<&Tensor<S, T>> for ArrayD<T> {
    fn from(tensor: &Tensor<S, T>) -> Self {
        Self::from_shape_vec(IxDyn(S::DIMS), tensor.to_vec()).expect("a tensor has as many values as its shape says")
    }
}
