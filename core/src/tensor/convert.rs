//! Tensors from nested arrays, slices and scalars, and back. Nothing is rounded.

use core::array::from_fn;
use core::fmt;

use typenum::{Const, ToUInt, U};

use super::{Dtype, Tensor};
use crate::shape::count::{HoldsOne, ReshapeTo};
use crate::shape::{Rank0, Rank1, Rank2, Rank3, Rank4, Shape};

/// A tensor from its values, written as nested lists: its shape is that of the nesting, at most four deep.
///
/// Rows of different lengths do not compile. `tensor![3.0]` and `tensor!(3.0)` are one to Rust, a vector of one value; a
/// tensor without axes is [`Tensor::scalar(3.0)`](Tensor::scalar). As everywhere in Rust, a number with a point is `f64`
/// unless something says otherwise.
///
/// ```
/// use katachi_core::{shape, tensor, tensor::Tensor};
///
/// let x = tensor![[1.0, 2.0], [3.0, 4.0]]; // a Tensor<shape!(2, 2), f64>
/// assert_eq!(x[3], 4.0);
/// let single: Tensor<shape!(3)> = tensor![1.0, 2.0, 3.0];
/// assert_eq!(tensor![[[1_u8, 2], [3, 4]]].to_string(), "[[[1 2]\n  [3 4]]]\nshape [1, 2, 2], type u8");
/// ```
#[macro_export]
macro_rules! tensor {
    ($([$([$([$($x:tt)*]),+ $(,)?]),+ $(,)?]),+ $(,)?) => {
        $crate::tensor::from_rank4([$([$([$([$($x)*]),+]),+]),+])
    };
    ($([$([$($x:tt)*]),+ $(,)?]),+ $(,)?) => { $crate::tensor::from_rank3([$([$([$($x)*]),+]),+]) };
    ($([$($x:tt)*]),+ $(,)?) => { $crate::tensor::from_rank2([$([$($x)*]),+]) };
    ($($x:tt)*) => { $crate::tensor::from_rank1([$($x)*]) };
}

/// A slice has another length than the tensor that is to be made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthError {
    /// How many values there are.
    pub values: usize,
    /// The shape of the tensor.
    pub dims: &'static [usize],
}

impl fmt::Display for LengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { values, dims } = self;
        let size: usize = dims.iter().product();
        write!(f, "{values} values are no tensor of shape {dims:?}; pass {size} values")
    }
}

impl core::error::Error for LengthError {}

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// A tensor from its elements, row-major; an error if there are more or fewer.
    ///
    /// ```
    /// use katachi_core::{shape, tensor, tensor::Tensor};
    ///
    /// assert_eq!(Tensor::<shape!(2, 2)>::from_slice(&[1.0, 2.0, 3.0, 4.0]).unwrap(), tensor![[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(
    ///     Tensor::<shape!(2, 2)>::from_slice(&[1.0; 5]).unwrap_err().to_string(),
    ///     "5 values are no tensor of shape [2, 2]; pass 4 values",
    /// );
    /// ```
    pub fn from_slice(values: &[T]) -> Result<Self, LengthError> {
        check_length::<S>(values.len())?;
        Ok(Self::from_fn(|index| values[index]))
    }

    /// [`Tensor::from_slice`] on the heap.
    #[cfg(feature = "alloc")]
    pub fn boxed_from_slice(values: &[T]) -> Result<alloc::boxed::Box<Self>, LengthError> {
        check_length::<S>(values.len())?;
        Ok(Self::boxed_from_fn(|index| values[index]))
    }
}

fn check_length<S: Shape>(values: usize) -> Result<(), LengthError> {
    if values == S::SIZE { Ok(()) } else { Err(LengthError { values, dims: S::DIMS }) }
}

impl<T: Copy> Tensor<Rank0, T> {
    /// A tensor without axes: one value. It broadcasts with every tensor.
    ///
    /// ```
    /// use katachi_core::{tensor, tensor::Tensor};
    ///
    /// let two = Tensor::scalar(2); // shape []
    /// assert_eq!(tensor![1, 2].floor_div(&two), tensor![0, 1]);
    /// assert_eq!(two.item(), 2);
    /// ```
    pub fn scalar(value: T) -> Self {
        Self::full(value)
    }
}

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The value of a tensor of one value, whatever its axes.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![1, 2, 3];
    /// assert_eq!(x.matmul(&x).item(), 14);
    /// assert_eq!(tensor![[5]].item(), 5);
    /// ```
    pub fn item(&self) -> T
    where
        S: ReshapeTo<Rank0, Verdict: HoldsOne>,
    {
        self[0]
    }
}

/// The conversions between arrays of one rank and tensors, in both directions.
macro_rules! arrays {
    ($($rank:ident $from_array:ident $($size:ident)+: $array:ty, $from:ident => $flat:expr, $next:ident => $nested:expr;)+) => {$(
        /// What `tensor!` becomes.
        #[doc(hidden)]
        pub fn $from_array<T: Dtype, $(const $size: usize),+>(array: $array) -> Tensor<$rank<$(U<$size>),+>, T>
        where
            $(Const<$size>: ToUInt,)+
            $rank<$(U<$size>),+>: Shape,
        {
            Tensor::from(array)
        }

        impl<T: Dtype, $(const $size: usize),+> From<$array> for Tensor<$rank<$(U<$size>),+>, T>
        where
            $(Const<$size>: ToUInt,)+
            $rank<$(U<$size>),+>: Shape,
        {
            fn from($from: $array) -> Self {
                let values = $flat;
                Self::from_fn(|index| values[index])
            }
        }

        impl<T: Dtype, $(const $size: usize),+> From<Tensor<$rank<$(U<$size>),+>, T>> for $array
        where
            $(Const<$size>: ToUInt,)+
            $rank<$(U<$size>),+>: Shape,
        {
            fn from(tensor: Tensor<$rank<$(U<$size>),+>, T>) -> Self {
                let mut values = tensor.iter().copied();
                let mut $next = || values.next().expect("an array holds as many values as a tensor of its sizes");
                $nested
            }
        }
    )+};
}

arrays! {
    Rank1 from_rank1 A: [T; A], array => array, next => from_fn(|_| next());
    Rank2 from_rank2 A B: [[T; B]; A], array => array.as_flattened(), next => from_fn(|_| from_fn(|_| next()));
    Rank3 from_rank3 A B C: [[[T; C]; B]; A], array => array.as_flattened().as_flattened(),
        next => from_fn(|_| from_fn(|_| from_fn(|_| next())));
    Rank4 from_rank4 A B C D: [[[[T; D]; C]; B]; A], array => array.as_flattened().as_flattened().as_flattened(),
        next => from_fn(|_| from_fn(|_| from_fn(|_| from_fn(|_| next()))));
}
