//! [`Tensor`]: an array whose shape is a type.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;
use core::fmt;
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};

use crate::shape::Shape;

mod axes;
#[cfg(feature = "alloc")]
mod boxed;
mod cast;
mod construct;
mod convert;
mod display;
mod dtype;
mod elementwise;
mod join;
#[cfg(feature = "ndarray")]
pub mod ndarray;
#[cfg(feature = "npy")]
pub mod npy;
mod operators;
mod place;
mod product;
mod reduce;
mod rounding;
mod slice;
mod strides;

#[cfg(feature = "alloc")]
pub use boxed::Boxed;
pub use cast::Cast;
pub use convert::LengthError;
#[doc(hidden)]
pub use convert::{from_rank1, from_rank2, from_rank3, from_rank4};
pub use dtype::{Dtype, Float, Integer, Logical, Matches, Number, Signed};
pub use slice::{RangeError, SliceMut};

/// An array of shape `S` with elements `T`, row-major, without indirection: `Tensor<shape!(2, 3)>` is six `f32`.
///
/// It lives where it is put: on the stack, in a struct, in flash. It dereferences to the slice of its elements. What the
/// stack does not hold is made by `Tensor::boxed_zeros` and its like, and what is computed from a boxed tensor is boxed
/// too ([`Boxed`]).
///
/// ```
/// use katachi_core::{shape, tensor::Tensor};
///
/// let mut weight = Tensor::<shape!(2, 3)>::zeros();
/// weight[5] = 1.0; // row 1, column 2
/// assert_eq!(weight, Tensor::from([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]));
/// ```
///
/// # Arithmetic
///
/// Elements are `f32`, `f64`, `i8`, `i32`, `i64`, `u8` or `bool` ([`Dtype`]). Results are new tensors, on the
/// stack, or boxed if an operand is. Integers wrap around, as in `NumPy`.
///
/// | | shapes | |
/// |---|---|---|
/// | `+` `-` `*` `/`, `&` `\|` `^` `!`, and `+=` … | broadcast | `/` is for floats, `&` `\|` `^` `!` for `bool` |
/// | [`floor_div`](Self::floor_div) [`rem`](Self::rem) [`pow`](Self::pow) [`zip_map`](Self::zip_map) [`map`](Self::map) | broadcast | signs as in Python |
/// | [`equal`](Self::equal) [`less`](Self::less) [`greater`](Self::greater) … [`select`](Self::select) | broadcast | give, and take, `bool` |
/// | [`matmul`](Self::matmul) | `[m, n]`, `[n, p]` → `[m, p]` | vectors and stacks too |
/// | [`transpose`](Self::transpose) [`permute`](Self::permute) | `[m, n]` → `[n, m]`; axes in any order | `permute::<axes!(2, 0, 1)>()` |
/// | [`sum`](Self::sum) [`prod`](Self::prod) [`mean`](Self::mean) [`var`](Self::var) [`std`](Self::std) [`max`](Self::max) [`min`](Self::min) [`argmax`](Self::argmax) [`argmin`](Self::argmin) [`all`](Self::all) [`any`](Self::any) | → one value | |
/// | [`sum_axis`](Self::sum_axis) …, [`sum_axis_keepdims`](Self::sum_axis_keepdims) … | without that axis; with size 1 there | `sum_axis::<0>()` |
/// | [`concat`](Self::concat) [`stack`](Self::stack) [`stack_all`](Self::stack_all) | along an axis, along a new one | |
/// | [`slice`](Self::slice) [`slice_mut`](Self::slice_mut) | indices `START..END` of an axis | `slice::<AXIS, START, END>()` |
/// | [`narrow`](Self::narrow) [`narrow_mut`](Self::narrow_mut) [`index_axis`](Self::index_axis) | `LENGTH` indices, or one, from a computed one on | errors if outside |
/// | [`reshape`](Self::reshape) [`broadcast_to`](Self::broadcast_to) [`expand_dims`](Self::expand_dims) | to the shape named; with an axis of size 1 | |
/// | [`cast`](Self::cast) [`one_hot`](Self::one_hot) [`sort`](Self::sort) [`item`](Self::item) | | |
///
/// ```
/// use katachi_core::tensor;
///
/// let x = tensor![[1.0, 2.0], [3.0, 4.0]];
/// let y = tensor![10.0, 20.0];
/// assert_eq!(&x + &y, tensor![[11.0, 22.0], [13.0, 24.0]]);
/// assert_eq!(1.0 - x * 2.0, tensor![[-1.0, -3.0], [-5.0, -7.0]]);
/// ```
///
/// Shapes that do not fit do not compile: "these two tensors cannot be added: their shapes do not broadcast". Below the
/// sentence about an operator the compiler prints the types of the operands in its own words; the methods do without.
///
/// ```compile_fail,E0277
/// use katachi_core::tensor;
///
/// let _ = tensor![1.0, 2.0, 3.0] + tensor![1.0, 2.0];
/// ```
#[repr(transparent)]
pub struct Tensor<S: Shape, T: Copy = f32> {
    array: S::Array<T>,
}

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// A tensor with every element equal to `value`.
    pub fn full(value: T) -> Self {
        Self::from_fn(|_| value)
    }

    /// A tensor from a function of the row-major index of each element.
    ///
    /// ```
    /// use katachi_core::{shape, tensor, tensor::Tensor};
    ///
    /// let squares = Tensor::<shape!(2, 2)>::from_fn(|index| (index * index) as f32);
    /// assert_eq!(squares, tensor![[0.0, 1.0], [4.0, 9.0]]);
    /// ```
    pub fn from_fn(value: impl FnMut(usize) -> T) -> Self {
        let mut tensor = MaybeUninit::<Self>::uninit();
        // SAFETY: the pointer is that of a tensor.
        unsafe { Self::write(tensor.as_mut_ptr(), value) };
        // SAFETY: all of its values were just written.
        unsafe { tensor.assume_init() }
    }

    /// [`Tensor::from_fn`] on the heap, never built on the stack.
    #[cfg(feature = "alloc")]
    pub fn boxed_from_fn(value: impl FnMut(usize) -> T) -> Box<Self> {
        let mut tensor = Box::<Self>::new_uninit();
        // SAFETY: the pointer is that of a tensor.
        unsafe { Self::write(tensor.as_mut_ptr(), value) };
        // SAFETY: all of its values were just written.
        unsafe { tensor.assume_init() }
    }

    /// Writes all values of a tensor that may have none yet.
    ///
    /// # Safety
    /// `tensor` is valid for writes of a tensor.
    unsafe fn write(tensor: *mut Self, mut value: impl FnMut(usize) -> T) {
        let first = tensor.cast::<T>();
        for index in 0..S::SIZE {
            // SAFETY: a tensor is `S::SIZE` contiguous values of type `T` (the contract of `Shape`).
            unsafe { first.add(index).write(value(index)) };
        }
    }

    /// The elements, row-major.
    pub fn as_slice(&self) -> &[T] {
        // SAFETY: a tensor is `S::SIZE` contiguous values of type `T` (the contract of `Shape`).
        unsafe { core::slice::from_raw_parts((&raw const *self).cast(), S::SIZE) }
    }

    /// The elements, row-major, for writing.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        // SAFETY: as in `as_slice`; the borrow is exclusive.
        unsafe { core::slice::from_raw_parts_mut((&raw mut *self).cast(), S::SIZE) }
    }
}

impl<S: Shape, T: Copy + bytemuck::Zeroable> Tensor<S, T> {
    /// A tensor of zeros.
    pub fn zeros() -> Self {
        Self::full(T::zeroed())
    }

    /// A tensor of zeros on the heap, never built on the stack.
    #[cfg(feature = "alloc")]
    pub fn boxed_zeros() -> Box<Self> {
        bytemuck::zeroed_box()
    }
}

// SAFETY: a tensor is `S::SIZE` values of type `T` and nothing else, and zero is a value of `T`.
unsafe impl<S: Shape, T: Copy + bytemuck::Zeroable> bytemuck::Zeroable for Tensor<S, T> {}

impl<S: Shape, T: Copy> Deref for Tensor<S, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<S: Shape, T: Copy> DerefMut for Tensor<S, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.as_mut_slice()
    }
}

impl<S: Shape, T: Copy> Clone for Tensor<S, T> {
    fn clone(&self) -> Self {
        // SAFETY: a tensor consists of `Copy` values only, so a copy of its bytes is a tensor.
        unsafe { core::ptr::read(self) }
    }
}

impl<S: Shape, T: Copy + bytemuck::Zeroable> Default for Tensor<S, T> {
    fn default() -> Self {
        Self::zeros()
    }
}

impl<S: Shape, T: Copy + PartialEq> PartialEq for Tensor<S, T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<S: Shape, T: Copy + fmt::Debug> fmt::Debug for Tensor<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor{:?} {:?}", S::DIMS, self.as_slice())
    }
}
