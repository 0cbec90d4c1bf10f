//! Shapes as types: the sizes of one sample, known to the compiler.
//!
//! `Rank3<U28, U28, U1>` is the shape `[28, 28, 1]`; [`shape!`](crate::shape!) writes such a type for any sizes:
//!
//! ```
//! use katachi_core::{shape, shape::Shape};
//!
//! type Image = shape!(28, 28, 1);
//! assert_eq!(Image::DIMS, [28, 28, 1]);
//! assert_eq!(Image::SIZE, 784);
//! assert_eq!(<shape!(3136)>::SIZE, 3136); // typenum names its numbers only up to 1024
//! ```
//!
//! An array of a shape is a nest of `generic_array::GenericArray`s, one for each dimension. No product of sizes is
//! computed as a type, so no bound such as `H: Mul<W>` ever reaches a signature.

use core::marker::PhantomData;

use generic_array::{ArrayLength, GenericArray};
use typenum::NonZero;

pub mod axis;
pub mod broadcast;
pub mod count;
pub mod permute;
pub mod product;
pub mod several;

/// The sizes of an array, outermost first.
///
/// # Safety
/// `Array<T>` consists of exactly `SIZE` values of type `T`, contiguous, without padding, aligned as `T`.
pub unsafe trait Shape: Copy + Default + Send + Sync + 'static {
    /// The nested arrays that hold one value of type `T` for each index, row-major.
    type Array<T: Copy>;
    /// The sizes as a list of types, for [`compare`](crate::compare).
    type List;
    /// The sizes: `[28, 28, 1]`.
    const DIMS: &'static [usize];
    /// How many values an array of this shape holds: the product of the sizes; 1 for a scalar.
    const SIZE: usize;
}

/// A number of `typenum` as a size: at least 1, for an array without values cannot be computed with.
#[diagnostic::on_unimplemented(
    message = "a size is a number of typenum, at least 1",
    note = "write `U3` for 3, or the whole shape as `shape!(28, 28, 1)`"
)]
pub trait Size: ArrayLength + NonZero + Copy + Default + Send + Sync {}

impl<N: ArrayLength + NonZero + Copy + Default + Send + Sync> Size for N {}

/// The most axes that a shape has.
pub const MOST_AXES: usize = 6;

/// The empty list of sizes.
#[derive(Clone, Copy, Debug)]
pub struct Nil;

/// A list of sizes that begins with `First`.
#[derive(Clone, Copy, Debug)]
pub struct Cons<First, Rest>(PhantomData<(First, Rest)>);

/// The shape of a scalar, `[]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rank0;

// SAFETY: one value of type `T`.
unsafe impl Shape for Rank0 {
    type Array<T: Copy> = T;
    type List = Nil;
    const DIMS: &'static [usize] = &[];
    const SIZE: usize = 1;
}

/// What `shape!` becomes when it was written wrongly: a shape like any other, so that nothing else follows from it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Invalid<const ERROR: usize>;

// SAFETY: one value of type `T`.
unsafe impl<const ERROR: usize> Shape for Invalid<ERROR> {
    type Array<T: Copy> = T;
    type List = Nil;
    const DIMS: &'static [usize] = &[];
    const SIZE: usize = 1;
}

macro_rules! nested {
    ($t:ident) => { $t };
    ($t:ident $first:ident $($rest:ident)*) => { GenericArray<nested!($t $($rest)*), $first> };
}

macro_rules! list {
    () => { Nil };
    ($first:ident $($rest:ident)*) => { Cons<$first, list!($($rest)*)> };
}

macro_rules! rank {
    ($name:ident: $($dim:ident)+, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name<$($dim),+>(PhantomData<($($dim,)+)>);

        // SAFETY: `GenericArray<X, N>` is N contiguous values of type `X`, which holds of each level of the nest.
        unsafe impl<$($dim: Size),+> Shape for $name<$($dim),+> {
            type Array<T: Copy> = nested!(T $($dim)+);
            type List = list!($($dim)+);
            const DIMS: &'static [usize] = &[$($dim::USIZE),+];
            const SIZE: usize = 1 $(* $dim::USIZE)+;
        }

        impl<$($dim: Size),+> Sizes for list!($($dim)+) {
            type Shape = $name<$($dim),+>;
        }
    };
}

/// A list of at most six sizes, as a shape: the way back from [`Shape::List`].
pub trait Sizes {
    /// The shape of these sizes.
    type Shape: Shape;
}

impl Sizes for Nil {
    type Shape = Rank0;
}

rank!(Rank1: A, "The shape `[A]`: a vector.");
rank!(Rank2: A B, "The shape `[A, B]`: a matrix of A rows and B columns.");
rank!(Rank3: A B C, "The shape `[A, B, C]`, for images `[height, width, channels]`.");
rank!(Rank4: A B C D, "The shape `[A, B, C, D]`.");
rank!(Rank5: A B C D E, "The shape `[A, B, C, D, E]`.");
rank!(Rank6: A B C D E F, "The shape `[A, B, C, D, E, F]`.");

/// A shape from its sizes, outermost first: `shape!(28, 28, 1)`.
///
/// A size is a literal of any magnitude or a `typenum` type in scope; `shape!()` is the shape of a scalar. At most six
/// sizes.
///
/// ```
/// use katachi_core::{shape, shape::Shape, typenum::U3};
///
/// assert_eq!(<shape!(1_000_000, U3)>::SIZE, 3_000_000);
/// assert_eq!(<shape!()>::SIZE, 1);
/// ```
#[macro_export]
macro_rules! shape {
    ($($sizes:tt)*) => { $crate::__shape!($crate, $($sizes)*) };
}
