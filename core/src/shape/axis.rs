//! Shapes with one axis taken away, put in, cut or made longer. Axes are counted from 0, the outermost.

use core::ops::{Add, Sub};

use typenum::{Const, Diff, Eq, IsEqual, IsLess, IsLessOrEqual, Le, LeEq, Sum, ToUInt, U, U1, U2};

use crate::compare::{Compare, Different, Fits, NoSuchAxis, Prepend, Then, outcome};
use crate::shape::{Cons, Nil, Shape};

/// `S` without an axis: the shape of a sum over that axis.
pub type WithoutAxis<S, const AXIS: usize> = <<S as RemoveAxis<AXIS>>::Verdict as Reduces>::Output;
/// `S` with an axis of size 1: the shape of a sum over that axis which keeps it.
pub type KeptAxis<S, const AXIS: usize> = <<S as KeepAxis<AXIS>>::Verdict as Reduces>::Output;
/// `S` with a new axis of size 1.
pub type Expanded<S, const AXIS: usize> = <<S as ExpandAxis<AXIS>>::Verdict as Expands>::Output;
/// `S` without an axis: the shape of one index of that axis.
pub type Indexed<S, const AXIS: usize> = <<S as RemoveAxis<AXIS>>::Verdict as Indexes>::Output;
/// The shape of `A` and `B`, one after the other along an axis.
pub type Concat<A, B, const AXIS: usize> = <<A as ConcatWith<B, AXIS>>::Verdict as Concatenates>::Output;
/// The shape of `A` and `B`, one after the other along a new axis.
pub type Stack<A, B, const AXIS: usize> = <<A as StackWith<B, AXIS>>::Verdict as Stacks>::Output;
/// The shape of `N` tensors of shape `S`, one after the other along a new axis.
pub type StackAll<S, const AXIS: usize, const N: usize> = <<S as StackTimes<AXIS, N>>::Verdict as StacksAll>::Output;
/// The shape of the indices `START..END` of an axis of `S`.
pub type Part<S, const AXIS: usize, const START: usize, const END: usize> =
    <<S as Slice<AXIS, START, END>>::Verdict as Slices>::Output;
/// `S` with a new last axis of size `N`.
pub type Appended<S, const N: usize> = <<S as Append<N>>::Verdict as Appends>::Output;

outcome! {
    /// A shape that has the axis that is reduced.
    Reduces: "this tensor cannot be reduced over this axis: it has no such axis",
    "there is no axis of this number",
    note = "axes are counted from 0: a matrix has the axes 0 (rows) and 1 (columns)"
}
outcome! {
    /// A shape that has the axis that is indexed.
    Indexes: "this tensor cannot be indexed on this axis: it has no such axis",
    "there is no axis of this number",
    note = "axes are counted from 0: a matrix has the axes 0 (rows) and 1 (columns)"
}
outcome! {
    /// A shape that takes a new axis.
    Expands: "this tensor cannot be expanded by this axis: the new axis lies outside",
    "the new axis would not be next to an axis of the tensor",
    note = "`expand_dims::<0>()` puts an axis of size 1 before a tensor of n axes, `expand_dims::<n>()` behind it; six are the most"
}
outcome! {
    /// Two shapes that are concatenated.
    Concatenates: "these two tensors cannot be concatenated: their shapes differ in another axis than the one named",
    "the shape of this tensor does not fit the other",
    note = "only the sizes of the axis along which tensors are concatenated may differ"
}
outcome! {
    /// Two shapes that are stacked.
    Stacks: "these two tensors cannot be stacked: their shapes differ, or the new axis lies outside",
    "the shape of this tensor does not fit the other",
    note = "tensors are stacked along a new axis, so all their sizes are equal; along an axis that they have, `concat` joins them"
}
outcome! {
    /// A shape that takes the new axis along which tensors are stacked.
    StacksAll: "these tensors cannot be stacked along this axis: the new axis lies outside",
    "the new axis would not be next to an axis of the tensors",
    note = "tensors of n axes are stacked along one of the axes 0 to n; six are the most"
}
outcome! {
    /// A shape that holds the slice.
    Slices: "this slice lies outside of the tensor",
    "there are no such indices on this axis",
    note = "in `slice::<AXIS, START, END>()` START is less than END, and END at most the size of the axis; in `narrow::<AXIS, LENGTH>(start)` LENGTH is from 1 to that size"
}
outcome! {
    /// A shape to which an axis is appended.
    Appends: "a tensor has at most six axes, and this one would have seven",
    "one axis too many"
}

/// Takes an axis away.
pub trait RemoveAxis<const AXIS: usize>: Shape {
    /// [`Fits`] with the sizes that remain, or [`NoSuchAxis`].
    type Verdict;
}

impl<S: Shape, const AXIS: usize> RemoveAxis<AXIS> for S
where
    S::List: Remove<AXIS>,
{
    type Verdict = <S::List as Remove<AXIS>>::Verdict;
}

/// Cuts an axis to size 1.
pub trait KeepAxis<const AXIS: usize>: Shape {
    /// [`Fits`] with the sizes, or [`NoSuchAxis`].
    type Verdict;
}

impl<S: Shape, const AXIS: usize> KeepAxis<AXIS> for S
where
    S::List: Remove<AXIS>,
    <S::List as Remove<AXIS>>::Verdict: ThenInsert<AXIS>,
{
    type Verdict = <<S::List as Remove<AXIS>>::Verdict as ThenInsert<AXIS>>::Verdict;
}

/// Puts an axis of size 1 before an axis, or after the last.
pub trait ExpandAxis<const AXIS: usize>: Shape {
    /// [`Fits`] with the new axis, or [`NoSuchAxis`].
    type Verdict;
}

impl<S: Shape, const AXIS: usize> ExpandAxis<AXIS> for S
where
    S::List: Insert<AXIS, U1>,
{
    type Verdict = <S::List as Insert<AXIS, U1>>::Verdict;
}

/// Joins two shapes along an axis.
pub trait ConcatWith<Other, const AXIS: usize>: Shape {
    /// [`Fits`] with the sizes of both, [`Different`], or [`NoSuchAxis`].
    type Verdict;
}

impl<A: Shape, B: Shape, const AXIS: usize> ConcatWith<B, AXIS> for A
where
    A::List: Join<B::List, AXIS>,
{
    type Verdict = <A::List as Join<B::List, AXIS>>::Verdict;
}

/// Joins two equal shapes along a new axis.
pub trait StackWith<Other, const AXIS: usize>: Shape {
    /// [`Fits`] with the new axis, [`Different`], or [`NoSuchAxis`].
    type Verdict;
}

impl<A: Shape, B: Shape, const AXIS: usize> StackWith<B, AXIS> for A
where
    A::List: Compare<B::List> + Insert<AXIS, U2>,
    <A::List as Compare<B::List>>::Verdict: Then<<A::List as Insert<AXIS, U2>>::Verdict>,
{
    type Verdict = <<A::List as Compare<B::List>>::Verdict as Then<<A::List as Insert<AXIS, U2>>::Verdict>>::Verdict;
}

/// Joins `N` tensors of this shape along a new axis.
pub trait StackTimes<const AXIS: usize, const N: usize>: Shape {
    /// [`Fits`] with the new axis, or [`NoSuchAxis`].
    type Verdict;
}

impl<S: Shape, const AXIS: usize, const N: usize> StackTimes<AXIS, N> for S
where
    Const<N>: ToUInt,
    S::List: Insert<AXIS, U<N>>,
{
    type Verdict = <S::List as Insert<AXIS, U<N>>>::Verdict;
}

/// Cuts an axis to the indices `START..END`.
pub trait Slice<const AXIS: usize, const START: usize, const END: usize>: Shape {
    /// [`Fits`] with the sizes of the slice, [`Different`], or [`NoSuchAxis`].
    type Verdict;
}

impl<S: Shape, const AXIS: usize, const START: usize, const END: usize> Slice<AXIS, START, END> for S
where
    Const<START>: ToUInt,
    Const<END>: ToUInt,
    S::List: Cut<AXIS, U<START>, U<END>>,
{
    type Verdict = <S::List as Cut<AXIS, U<START>, U<END>>>::Verdict;
}

/// Puts an axis of size `N` after the last.
pub trait Append<const N: usize>: Shape {
    /// [`Fits`] with the new axis.
    type Verdict;
}

impl<S: Shape, const N: usize> Append<N> for S
where
    Const<N>: ToUInt,
    S::List: Push<U<N>>,
{
    type Verdict = Fits<<S::List as Push<U<N>>>::List>;
}

/// A list without the size of an axis.
pub trait Remove<const AXIS: usize> {
    /// [`Fits`] or [`NoSuchAxis`].
    type Verdict;
}

/// A list with the sum of two sizes on an axis.
pub trait Join<Other, const AXIS: usize> {
    /// [`Fits`], [`Different`] or [`NoSuchAxis`].
    type Verdict;
}

/// A list with a new size before an axis.
pub trait Insert<const AXIS: usize, Size> {
    /// [`Fits`] or [`NoSuchAxis`].
    type Verdict;
}

/// Puts size 1 where an axis was taken away.
pub trait ThenInsert<const AXIS: usize> {
    /// [`Fits`] or [`NoSuchAxis`].
    type Verdict;
}

impl<List: Insert<AXIS, U1>, const AXIS: usize> ThenInsert<AXIS> for Fits<List> {
    type Verdict = List::Verdict;
}

impl<const AXIS: usize> ThenInsert<AXIS> for NoSuchAxis {
    type Verdict = NoSuchAxis;
}

/// A list with the size of an axis cut to `End - Start`.
pub trait Cut<const AXIS: usize, Start, End> {
    /// [`Fits`], [`Different`] or [`NoSuchAxis`].
    type Verdict;
}

/// A list with one more size at its end.
pub trait Push<Size> {
    /// The longer list.
    type List;
}

impl<const AXIS: usize> Remove<AXIS> for Nil {
    type Verdict = NoSuchAxis;
}

impl<First, Rest> Remove<0> for Cons<First, Rest> {
    type Verdict = Fits<Rest>;
}

impl<const AXIS: usize> Join<Nil, AXIS> for Nil {
    type Verdict = NoSuchAxis;
}

impl<First, Rest, const AXIS: usize> Join<Nil, AXIS> for Cons<First, Rest> {
    type Verdict = Different;
}

impl<First, Rest, const AXIS: usize> Join<Cons<First, Rest>, AXIS> for Nil {
    type Verdict = Different;
}

impl<A: Add<B>, RestA, B, RestB> Join<Cons<B, RestB>, 0> for Cons<A, RestA>
where
    RestA: Compare<RestB>,
    RestA::Verdict: Then<Fits<Cons<Sum<A, B>, RestA>>>,
{
    type Verdict = <RestA::Verdict as Then<Fits<Cons<Sum<A, B>, RestA>>>>::Verdict;
}

impl<Size> Insert<0, Size> for Nil {
    type Verdict = Fits<Cons<Size, Nil>>;
}

impl<First, Rest, Size> Insert<0, Size> for Cons<First, Rest> {
    type Verdict = Fits<Cons<Size, Cons<First, Rest>>>;
}

impl<Start, End, const AXIS: usize> Cut<AXIS, Start, End> for Nil {
    type Verdict = NoSuchAxis;
}

impl<First, Rest, Start, End> Cut<0, Start, End> for Cons<First, Rest>
where
    Start: IsLess<End>,
    End: IsLessOrEqual<First>,
    Le<Start, End>: Difference<Start, End, Rest>,
    LeEq<End, First>: Then<<Le<Start, End> as Difference<Start, End, Rest>>::Verdict>,
{
    type Verdict = <LeEq<End, First> as Then<<Le<Start, End> as Difference<Start, End, Rest>>::Verdict>>::Verdict;
}

/// `End - Start` before `Rest`, where `Start` is less than `End`.
pub trait Difference<Start, End, Rest> {
    /// [`Fits`] or [`Different`].
    type Verdict;
}

impl<Start, End: Sub<Start>, Rest> Difference<Start, End, Rest> for typenum::B1 {
    type Verdict = Fits<Cons<Diff<End, Start>, Rest>>;
}

impl<Start, End, Rest> Difference<Start, End, Rest> for typenum::B0 {
    type Verdict = Different;
}

impl<Size> Push<Size> for Nil {
    type List = Cons<Size, Nil>;
}

impl<First, Rest: Push<Size>, Size> Push<Size> for Cons<First, Rest> {
    type List = Cons<First, Rest::List>;
}

/// An axis of a list is the axis before it of the rest of the list.
macro_rules! inner_axis {
    ($($axis:literal: $before:literal),+) => {$(
        impl<First, Rest: Remove<$before>> Remove<$axis> for Cons<First, Rest>
        where
            Rest::Verdict: Prepend<First>,
        {
            type Verdict = <Rest::Verdict as Prepend<First>>::Verdict;
        }

        impl<A, RestA, B, RestB> Join<Cons<B, RestB>, $axis> for Cons<A, RestA>
        where
            A: IsEqual<B>,
            RestA: Join<RestB, $before>,
            RestA::Verdict: Prepend<A>,
            Eq<A, B>: Then<<RestA::Verdict as Prepend<A>>::Verdict>,
        {
            type Verdict = <Eq<A, B> as Then<<RestA::Verdict as Prepend<A>>::Verdict>>::Verdict;
        }

        impl<Size> Insert<$axis, Size> for Nil {
            type Verdict = NoSuchAxis;
        }

        impl<First, Rest: Insert<$before, Size>, Size> Insert<$axis, Size> for Cons<First, Rest>
        where
            Rest::Verdict: Prepend<First>,
        {
            type Verdict = <Rest::Verdict as Prepend<First>>::Verdict;
        }

        impl<First, Rest: Cut<$before, Start, End>, Start, End> Cut<$axis, Start, End> for Cons<First, Rest>
        where
            Rest::Verdict: Prepend<First>,
        {
            type Verdict = <Rest::Verdict as Prepend<First>>::Verdict;
        }
    )+};
}

inner_axis!(1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 6);
