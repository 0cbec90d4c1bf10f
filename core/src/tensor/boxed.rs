//! Tensors on the heap, for sizes that the stack does not hold.

use alloc::boxed::Box;

use super::reduce::{over, reductions};
use super::slice::{at_index, check_range, part};
use super::{Cast, Dtype, Float, Integer, Logical, Number, RangeError, Tensor, axes, elementwise, join, product};
use crate::shape::Shape;
use crate::shape::axis::{
    Append, Appended, Appends, Concat, ConcatWith, Concatenates, ExpandAxis, Expanded, Expands, Indexed, Indexes,
    KeepAxis, KeptAxis, Part, Reduces, RemoveAxis, Slice, Slices, Stack, StackWith, Stacks, WithoutAxis,
};
use crate::shape::broadcast::{Broadcast, BroadcastTo, BroadcastWith, Combines, Compares, Stretches};
use crate::shape::count::{ReshapeTo, Reshapes};
use crate::shape::permute::{PermuteWith, Permuted, Permutes};
use crate::shape::product::{MatrixMultiplies, Product, ProductWith, Transposes, Turn};

mod construct;

/// A comparison.
macro_rules! compare {
    ($name:ident $operator:tt) => {
        #[doc = concat!("[`Tensor::", stringify!($name), "`], boxed.")]
        fn $name<R: Shape>(
            &self,
            other: &Tensor<R, T>,
        ) -> Box<Tensor<<<S as BroadcastWith<R>>::Verdict as Compares>::Output, bool>>
        where
            T: Dtype,
            S: BroadcastWith<R, Verdict: Compares>,
        {
            elementwise::zip(self.unboxed(), other, |a, b| a $operator b)
        }
    };
}

/// Reductions over an axis.
macro_rules! methods {
    ($($function:ident $name:ident $keepdims:ident, $element:ident, $result:ident, $example:literal, $doc:literal;)+) => {$(
        #[doc = concat!("[`Tensor::", stringify!($name), "`], boxed.")]
        fn $name<const AXIS: usize>(&self) -> Box<Tensor<WithoutAxis<S, AXIS>, $result>>
        where
            T: $element,
            S: RemoveAxis<AXIS, Verdict: Reduces>,
        {
            over::$function(self.unboxed(), AXIS)
        }

        #[doc = concat!("[`Tensor::", stringify!($keepdims), "`], boxed.")]
        fn $keepdims<const AXIS: usize>(&self) -> Box<Tensor<KeptAxis<S, AXIS>, $result>>
        where
            T: $element,
            S: KeepAxis<AXIS, Verdict: Reduces>,
        {
            over::$function(self.unboxed(), AXIS)
        }
    )+};
}

/// The operations of [`Tensor`], on a `Box` of one: their results are boxed too, and never were on the stack.
///
/// Names, shapes and messages are those of [`Tensor`]'s methods; a boxed tensor chooses these where the trait is in
/// scope, as it is in the prelude. Operators need no trait: if one side of `+` is boxed, so is the result. What gives a
/// single number, as [`Tensor::sum`], and what works in place, as [`Tensor::slice_mut`], is there once.
///
/// ```
/// use katachi_core::{shape, tensor::{Boxed, Tensor}};
///
/// let x = Tensor::<shape!(1024, 1024)>::boxed_uniform(-1.0, 1.0, 22); // 4 MiB
/// let y = (&x + x.transpose()) * 0.5;
/// assert_eq!(y, y.transpose());
/// let means: Box<Tensor<shape!(1024)>> = y.matmul(&x).mean_axis::<0>();
/// assert!(means.max() < 1.0);
/// ```
pub trait Boxed<S: Shape, T: Copy> {
    /// The tensor in the box.
    #[doc(hidden)]
    fn unboxed(&self) -> &Tensor<S, T>;

    /// [`Tensor::map`], boxed.
    fn map<U: Copy>(&self, function: impl FnMut(T) -> U) -> Box<Tensor<S, U>> {
        elementwise::map(self.unboxed(), function)
    }

    /// [`Tensor::zip_map`], boxed.
    fn zip_map<R: Shape, U: Copy, V: Copy>(
        &self,
        other: &Tensor<R, U>,
        function: impl FnMut(T, U) -> V,
    ) -> Box<Tensor<Broadcast<S, R>, V>>
    where
        S: BroadcastWith<R, Verdict: Combines>,
    {
        elementwise::zip(self.unboxed(), other, function)
    }

    /// [`Tensor::broadcast_to`], boxed.
    fn broadcast_to<R: Shape>(&self) -> Box<Tensor<R, T>>
    where
        S: BroadcastTo<R, Verdict: Stretches>,
    {
        elementwise::stretch(self.unboxed())
    }

    /// [`Tensor::floor_div`], boxed.
    fn floor_div<R: Shape>(&self, other: &Tensor<R, T>) -> Box<Tensor<Broadcast<S, R>, T>>
    where
        T: Number,
        S: BroadcastWith<R, Verdict: Combines>,
    {
        elementwise::zip(self.unboxed(), other, T::floor_div)
    }

    /// [`Tensor::rem`], boxed.
    fn rem<R: Shape>(&self, other: &Tensor<R, T>) -> Box<Tensor<Broadcast<S, R>, T>>
    where
        T: Number,
        S: BroadcastWith<R, Verdict: Combines>,
    {
        elementwise::zip(self.unboxed(), other, T::rem)
    }

    /// [`Tensor::pow`], boxed.
    fn pow<R: Shape>(&self, exponents: &Tensor<R, T>) -> Box<Tensor<Broadcast<S, R>, T>>
    where
        T: Number,
        S: BroadcastWith<R, Verdict: Combines>,
    {
        elementwise::zip(self.unboxed(), exponents, T::pow)
    }

    /// [`Tensor::select`], boxed.
    fn select<A, B, U: Copy>(&self, yes: &Tensor<A, U>, no: &Tensor<B, U>) -> Box<Tensor<S, U>>
    where
        T: Logical,
        A: Shape + BroadcastTo<S, Verdict: Stretches>,
        B: Shape + BroadcastTo<S, Verdict: Stretches>,
    {
        elementwise::select(self.unboxed(), yes, no)
    }

    /// [`Tensor::cast`], boxed.
    fn cast<U: Dtype>(&self) -> Box<Tensor<S, U>>
    where
        T: Dtype,
        T: Cast<U>,
    {
        elementwise::map(self.unboxed(), T::cast)
    }

    /// [`Tensor::matmul`], boxed.
    fn matmul<R: Shape>(&self, other: &Tensor<R, T>) -> Box<Tensor<Product<S, R>, T>>
    where
        T: Number,
        S: ProductWith<R, Verdict: MatrixMultiplies>,
    {
        product::matmul(self.unboxed(), other)
    }

    /// [`Tensor::transpose`], boxed.
    fn transpose<R: Shape>(&self) -> Box<Tensor<R, T>>
    where
        S: Turn<Verdict: Transposes<Output = R>>,
    {
        axes::transpose(self.unboxed())
    }

    /// [`Tensor::permute`], boxed.
    fn permute<Axes>(&self) -> Box<Tensor<Permuted<S, Axes>, T>>
    where
        S: PermuteWith<Axes, Verdict: Permutes>,
    {
        axes::permute(self.unboxed(), S::ORDER)
    }

    /// [`Tensor::reshape`], boxed.
    fn reshape<R: Shape>(&self) -> Box<Tensor<R, T>>
    where
        S: ReshapeTo<R, Verdict: Reshapes>,
    {
        axes::same_order(self.unboxed())
    }

    /// [`Tensor::expand_dims`], boxed.
    fn expand_dims<const AXIS: usize>(&self) -> Box<Tensor<Expanded<S, AXIS>, T>>
    where
        S: ExpandAxis<AXIS, Verdict: Expands>,
    {
        axes::same_order(self.unboxed())
    }

    /// [`Tensor::concat`], boxed.
    fn concat<const AXIS: usize, R: Shape>(&self, other: &Tensor<R, T>) -> Box<Tensor<Concat<S, R, AXIS>, T>>
    where
        S: ConcatWith<R, AXIS, Verdict: Concatenates>,
    {
        join::concat(self.unboxed(), other, AXIS)
    }

    /// [`Tensor::stack`], boxed.
    fn stack<const AXIS: usize, R: Shape>(&self, other: &Tensor<R, T>) -> Box<Tensor<Stack<S, R, AXIS>, T>>
    where
        S: StackWith<R, AXIS, Verdict: Stacks>,
    {
        join::stack(self.unboxed(), other, AXIS)
    }

    /// [`Tensor::slice`], boxed.
    fn slice<const AXIS: usize, const START: usize, const END: usize>(
        &self,
    ) -> Box<Tensor<Part<S, AXIS, START, END>, T>>
    where
        S: Slice<AXIS, START, END, Verdict: Slices>,
    {
        part(self.unboxed(), AXIS, START)
    }

    /// [`Tensor::narrow`], boxed; an error if the axis ends before.
    fn narrow<const AXIS: usize, const LENGTH: usize>(
        &self,
        start: usize,
    ) -> Result<Box<Tensor<Part<S, AXIS, 0, LENGTH>, T>>, RangeError>
    where
        S: Slice<AXIS, 0, LENGTH, Verdict: Slices>,
    {
        check_range::<S>(AXIS, start, LENGTH)?;
        Ok(part(self.unboxed(), AXIS, start))
    }

    /// [`Tensor::index_axis`], boxed; an error if there is no such index.
    fn index_axis<const AXIS: usize>(&self, index: usize) -> Result<Box<Tensor<Indexed<S, AXIS>, T>>, RangeError>
    where
        S: RemoveAxis<AXIS, Verdict: Indexes>,
    {
        at_index(self.unboxed(), AXIS, index)
    }

    /// [`Tensor::one_hot`], boxed.
    fn one_hot<const N: usize, U: Dtype>(&self) -> Box<Tensor<Appended<S, N>, U>>
    where
        T: Integer,
        S: Append<N, Verdict: Appends>,
    {
        join::one_hot(self.unboxed(), N)
    }

    /// [`Tensor::sort`], boxed.
    fn sort(&self) -> Box<Tensor<S, T>>
    where
        T: Number,
    {
        let mut sorted = self.unboxed().to_boxed();
        join::sort(&mut sorted);
        sorted
    }

    compare!(equal ==);
    compare!(not_equal !=);
    compare!(less <);
    compare!(less_equal <=);
    compare!(greater >);
    compare!(greater_equal >=);

    reductions!(methods);
}

impl<S: Shape, T: Copy> Boxed<S, T> for Box<Tensor<S, T>> {
    fn unboxed(&self) -> &Tensor<S, T> {
        self
    }
}
