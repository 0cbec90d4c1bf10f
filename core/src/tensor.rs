//! [`Tensor`]: an array whose shape is a type.

use core::fmt;
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};

use generic_array::GenericArray;
use typenum::{Const, ToUInt, U};

use crate::shape::{Rank1, Rank2, Shape};

/// An array of shape `S` with elements `T`, row-major, without indirection: `Tensor<shape!(2, 3)>` is six `f32`.
///
/// It lives where it is put: on the stack, in a struct, in flash. For the large ones there is
/// [`Tensor::boxed_zeros`]. It dereferences to the slice of its elements.
///
/// ```
/// use katachi_core::{shape, tensor::Tensor};
///
/// let mut weight = Tensor::<shape!(2, 3)>::zeros();
/// weight[5] = 1.0; // row 1, column 2
/// assert_eq!(weight, Tensor::from([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]));
/// ```
#[repr(transparent)]
pub struct Tensor<S: Shape, T: Copy = f32> {
    array: S::Array<T>,
}

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// A tensor with every element equal to `value`.
    pub fn full(value: T) -> Self {
        let mut tensor = MaybeUninit::<Self>::uninit();
        let first = tensor.as_mut_ptr().cast::<T>();
        for index in 0..S::SIZE {
            // SAFETY: a tensor is `S::SIZE` contiguous values of type `T` (the contract of `Shape`).
            unsafe { first.add(index).write(value) };
        }
        // SAFETY: all of its values were just written.
        unsafe { tensor.assume_init() }
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
    pub fn boxed_zeros() -> alloc::boxed::Box<Self> {
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

impl<T: Copy, const A: usize> From<[T; A]> for Tensor<Rank1<U<A>>, T>
where
    Const<A>: ToUInt,
    Rank1<U<A>>: Shape<Array<T> = GenericArray<T, U<A>>>,
    U<A>: generic_array::ArrayLength,
    Const<A>: generic_array::IntoArrayLength<ArrayLength = U<A>>,
{
    fn from(array: [T; A]) -> Self {
        Self { array: GenericArray::from_array(array) }
    }
}

impl<T: Copy, const A: usize, const B: usize> From<[[T; B]; A]> for Tensor<Rank2<U<A>, U<B>>, T>
where
    Const<A>: ToUInt + generic_array::IntoArrayLength<ArrayLength = U<A>>,
    Const<B>: ToUInt + generic_array::IntoArrayLength<ArrayLength = U<B>>,
    U<A>: generic_array::ArrayLength,
    U<B>: generic_array::ArrayLength,
    Rank2<U<A>, U<B>>: Shape<Array<T> = GenericArray<GenericArray<T, U<B>>, U<A>>>,
{
    fn from(array: [[T; B]; A]) -> Self {
        Self { array: GenericArray::from_array(array.map(GenericArray::from_array)) }
    }
}
