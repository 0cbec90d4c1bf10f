//! Shapes with their axes in another order.

use core::marker::PhantomData;

use typenum::UInt;

use crate::compare::{Different, Fits, Prepend, outcome};
use crate::shape::{Cons, MOST_AXES, Nil, Rank0, Rank1, Rank2, Rank3, Rank4, Rank5, Rank6, Shape};

/// `S` with its axes in the order of the list `Axes`.
pub type Permuted<S, Axes> = <<S as PermuteWith<Axes>>::Verdict as Permutes>::Output;

/// Axes in an order, counted from 0: `axes!(2, 0, 1)`.
///
/// ```
/// use katachi_core::{axes, tensor};
///
/// let x = tensor![[[1, 2, 3], [4, 5, 6]]]; // [1, 2, 3]
/// let y = x.permute::<axes!(2, 0, 1)>(); // [3, 1, 2]
/// assert_eq!(y, tensor![[[1, 4]], [[2, 5]], [[3, 6]]]);
/// ```
#[macro_export]
macro_rules! axes {
    () => { $crate::shape::Nil };
    ($first:literal $(, $rest:literal)* $(,)?) => {
        $crate::shape::Cons<$crate::shape::permute::Axis<$first>, $crate::axes!($($rest),*)>
    };
}

outcome! {
    /// A shape whose axes are put in another order.
    Permutes: "these axes are no order of the axes of this tensor: each of its axes stands there once",
    "the axes do not fit this tensor",
    note = "axes are counted from 0: `permute::<axes!(2, 0, 1)>()` is for three axes, and puts the last one first"
}

/// The number of an axis.
#[derive(Clone, Copy, Debug)]
pub struct Axis<const AXIS: usize>;

/// Puts the axes of a shape in the order of a list.
pub trait PermuteWith<Axes>: Shape {
    /// [`Fits`] with the sizes in that order, or [`Different`].
    type Verdict;
    /// The numbers of the axes; behind them zeros.
    const ORDER: [usize; MOST_AXES];
}

impl<S: Shape, Axes: Pick<S::List>> PermuteWith<Axes> for S {
    type Verdict = Axes::Verdict;
    const ORDER: [usize; MOST_AXES] = Axes::ORDER;
}

/// A size that was picked already.
#[derive(Clone, Copy, Debug)]
pub struct Gone;

/// A size, and the list in which it is [`Gone`].
#[derive(Clone, Copy, Debug)]
pub struct Picked<Size, List>(PhantomData<(Size, List)>);

/// Picks the sizes of a list in the order of these axes.
pub trait Pick<Sizes> {
    /// [`Fits`], or [`Different`] where an axis is missing, named twice, or left over.
    type Verdict;
    /// The numbers of the axes; behind them zeros.
    const ORDER: [usize; MOST_AXES] = [0; MOST_AXES];
}

impl Pick<Nil> for Nil {
    type Verdict = Fits<Nil>;
}

impl<Rest> Pick<Cons<Gone, Rest>> for Nil
where
    Nil: Pick<Rest>,
{
    type Verdict = <Nil as Pick<Rest>>::Verdict;
}

impl<N, Bit, Rest> Pick<Cons<UInt<N, Bit>, Rest>> for Nil {
    type Verdict = Different;
}

impl<const AXIS: usize, Rest, Sizes: Take<AXIS>> Pick<Sizes> for Cons<Axis<AXIS>, Rest>
where
    Sizes::Verdict: ThenPick<Rest>,
{
    type Verdict = <Sizes::Verdict as ThenPick<Rest>>::Verdict;
    const ORDER: [usize; MOST_AXES] = {
        let mut order = [AXIS; MOST_AXES];
        let mut place = 1;
        while place < MOST_AXES {
            order[place] = <Sizes::Verdict as ThenPick<Rest>>::ORDER[place - 1];
            place += 1;
        }
        order
    };
}

/// A shape is no order of axes; it gets the sentence that says what is.
macro_rules! no_order {
    ($($rank:ident<$($size:ident),*>)+) => {$(
        impl<Sizes, $($size),*> Pick<Sizes> for $rank<$($size),*> {
            type Verdict = Different;
        }
    )+};
}

no_order!(Rank0<> Rank1<A> Rank2<A, B> Rank3<A, B, C> Rank4<A, B, C, D> Rank5<A, B, C, D, E> Rank6<A, B, C, D, E, F>);

/// Goes on with the axes that remain.
pub trait ThenPick<Axes> {
    /// [`Fits`] or [`Different`].
    type Verdict;
    /// The numbers of the axes that remain.
    const ORDER: [usize; MOST_AXES] = [0; MOST_AXES];
}

impl<Size, List, Axes: Pick<List>> ThenPick<Axes> for Picked<Size, List>
where
    Axes::Verdict: Prepend<Size>,
{
    type Verdict = <Axes::Verdict as Prepend<Size>>::Verdict;
    const ORDER: [usize; MOST_AXES] = Axes::ORDER;
}

impl<Axes> ThenPick<Axes> for Different {
    type Verdict = Different;
}

/// Takes the size of one axis.
pub trait Take<const AXIS: usize> {
    /// [`Picked`] or [`Different`].
    type Verdict;
}

impl<const AXIS: usize> Take<AXIS> for Nil {
    type Verdict = Different;
}

impl<Rest> Take<0> for Cons<Gone, Rest> {
    type Verdict = Different;
}

impl<N, Bit, Rest> Take<0> for Cons<UInt<N, Bit>, Rest> {
    type Verdict = Picked<UInt<N, Bit>, Cons<Gone, Rest>>;
}

/// An axis of a list is the axis before it of the rest of the list.
macro_rules! inner_axis {
    ($($axis:literal: $before:literal),+) => {$(
        impl<First, Rest: Take<$before>> Take<$axis> for Cons<First, Rest>
        where
            Rest::Verdict: PutBack<First>,
        {
            type Verdict = <Rest::Verdict as PutBack<First>>::Verdict;
        }
    )+};
}

inner_axis!(1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5);

/// Puts a size before the list from which one was taken.
pub trait PutBack<First> {
    /// [`Picked`] or [`Different`].
    type Verdict;
}

impl<First, Size, List> PutBack<First> for Picked<Size, List> {
    type Verdict = Picked<Size, Cons<First, List>>;
}

impl<First> PutBack<First> for Different {
    type Verdict = Different;
}
