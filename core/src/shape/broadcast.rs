//! Broadcasting as `NumPy` does it: sizes are compared from the last axis on; they are equal, or one of them is 1, and an
//! axis that one shape lacks counts as 1.

use typenum::{B0, B1, Eq, IsEqual, U1};

use crate::compare::{Different, Fits, outcome};
use crate::shape::{Cons, Nil, Shape};

/// The shape of the result where `A` and `B` are combined element by element: `[2, 1]` and `[3]` give `[2, 3]`.
pub type Broadcast<A, B> = <<A as BroadcastWith<B>>::Verdict as Combines>::Output;

/// Broadcasts this shape with another.
pub trait BroadcastWith<Other>: Shape {
    /// [`Fits`] with the sizes of the result, or [`Different`].
    type Verdict;
}

impl<A: Shape, B: Shape> BroadcastWith<B> for A
where
    A::List: Reverse<Nil>,
    B::List: Reverse<Nil>,
    Reversed<A>: Zip<Reversed<B>, Nil>,
{
    type Verdict = <Reversed<A> as Zip<Reversed<B>, Nil>>::Verdict;
}

/// Stretches this shape to another, as an assignment in place does: the result has the sizes of the other.
pub trait BroadcastTo<Other>: Shape {
    /// [`Fits`] with the sizes of the other, or [`Different`].
    type Verdict;
}

impl<A: Shape, B: Shape> BroadcastTo<B> for A
where
    A::List: Reverse<Nil>,
    B::List: Reverse<Nil>,
    Reversed<A>: Stretch<Reversed<B>, B::List>,
{
    type Verdict = <Reversed<A> as Stretch<Reversed<B>, B::List>>::Verdict;
}

outcome! {
    /// Two shapes that are added.
    Adds: "these two tensors cannot be added: their shapes do not broadcast",
    "the shapes on the two sides of this addition do not fit",
    note = "counted from the last axis on, two sizes are equal or one of them is 1"
}
outcome! {
    /// Two shapes that are subtracted.
    Subtracts: "these two tensors cannot be subtracted: their shapes do not broadcast",
    "the shapes on the two sides of this subtraction do not fit",
    note = "counted from the last axis on, two sizes are equal or one of them is 1"
}
outcome! {
    /// Two shapes that are multiplied, element by element.
    Multiplies: "these two tensors cannot be multiplied element by element: their shapes do not broadcast",
    "the shapes on the two sides of this multiplication do not fit",
    note = "the product of matrices is `matmul`; here, counted from the last axis on, two sizes are equal or one of them is 1"
}
outcome! {
    /// Two shapes that are divided.
    Divides: "these two tensors cannot be divided: their shapes do not broadcast",
    "the shapes on the two sides of this division do not fit",
    note = "counted from the last axis on, two sizes are equal or one of them is 1"
}
outcome! {
    /// Two shapes that are compared.
    Compares: "these two tensors cannot be compared element by element: their shapes do not broadcast",
    "the shape of this tensor does not fit the other",
    note = "counted from the last axis on, two sizes are equal or one of them is 1"
}
outcome! {
    /// Two shapes that are combined element by element.
    Combines: "these two tensors cannot be combined element by element: their shapes do not broadcast",
    "the shape of this tensor does not fit the other",
    note = "counted from the last axis on, two sizes are equal or one of them is 1"
}
outcome! {
    /// A shape on the right of an operation in place.
    FitsInPlace: "an operation in place keeps the shape of its left side, and the right side does not broadcast to it",
    "the shape of the right side does not fit the left side",
    note = "counted from the last axis on, a size of the right side is that of the left, or 1"
}
outcome! {
    /// A shape that is stretched to another.
    Stretches: "this tensor cannot be stretched to the shape that is asked for",
    "its shape does not broadcast to that one",
    note = "counted from the last axis on, a size stays as it is or grows from 1; axes are added in front"
}

/// The list of a shape, innermost size first.
pub type Reversed<S> = <<S as Shape>::List as Reverse<Nil>>::List;

/// Turns a list around, in front of what was turned already.
pub trait Reverse<Turned> {
    /// The turned list.
    type List;
}

impl<Turned> Reverse<Turned> for Nil {
    type List = Turned;
}

impl<First, Rest: Reverse<Cons<First, Turned>>, Turned> Reverse<Turned> for Cons<First, Rest> {
    type List = Rest::List;
}

/// Broadcasts two reversed lists; `Done` are the sizes of the result so far, outermost first.
pub trait Zip<Other, Done> {
    /// [`Fits`] or [`Different`].
    type Verdict;
}

// One rule for all others, not one for each, or the compiler would try them without end while it does not know the other.
impl<Other: Reverse<Done>, Done> Zip<Other, Done> for Nil {
    type Verdict = Fits<Other::List>;
}

impl<First, Rest: Reverse<Cons<First, Done>>, Done> Zip<Nil, Done> for Cons<First, Rest> {
    type Verdict = Fits<Rest::List>;
}

impl<A, RestA, B, RestB, Done> Zip<Cons<B, RestB>, Done> for Cons<A, RestA>
where
    A: IsEqual<B> + IsEqual<U1>,
    B: IsEqual<U1>,
    (Eq<A, B>, Eq<A, U1>, Eq<B, U1>): Choose<A, B>,
    <(Eq<A, B>, Eq<A, U1>, Eq<B, U1>) as Choose<A, B>>::Size: Continue<RestA, RestB, Done>,
{
    type Verdict = <<(Eq<A, B>, Eq<A, U1>, Eq<B, U1>) as Choose<A, B>>::Size as Continue<RestA, RestB, Done>>::Verdict;
}

/// The size of an axis of the result, from (are they equal, is A 1, is B 1).
pub trait Choose<A, B> {
    /// [`Chosen`] or [`Different`].
    type Size;
}

/// The size of one axis of the result.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<Size>(core::marker::PhantomData<Size>);

impl<A, B, IsA1, IsB1> Choose<A, B> for (B1, IsA1, IsB1) {
    type Size = Chosen<A>;
}

impl<A, B, IsB1> Choose<A, B> for (B0, B1, IsB1) {
    type Size = Chosen<B>;
}

impl<A, B> Choose<A, B> for (B0, B0, B1) {
    type Size = Chosen<A>;
}

impl<A, B> Choose<A, B> for (B0, B0, B0) {
    type Size = Different;
}

/// Goes on with the axes that remain.
pub trait Continue<RestA, RestB, Done> {
    /// [`Fits`] or [`Different`].
    type Verdict;
}

impl<Size, RestA, RestB, Done> Continue<RestA, RestB, Done> for Chosen<Size>
where
    RestA: Zip<RestB, Cons<Size, Done>>,
{
    type Verdict = RestA::Verdict;
}

impl<RestA, RestB, Done> Continue<RestA, RestB, Done> for Different {
    type Verdict = Different;
}

/// Stretches a reversed list to another; `Target` is the other, outermost size first.
pub trait Stretch<Other, Target> {
    /// [`Fits`] or [`Different`].
    type Verdict;
}

impl<Other, Target> Stretch<Other, Target> for Nil {
    type Verdict = Fits<Target>;
}

impl<First, Rest, Target> Stretch<Nil, Target> for Cons<First, Rest> {
    type Verdict = Different;
}

impl<A, RestA, B, RestB, Target> Stretch<Cons<B, RestB>, Target> for Cons<A, RestA>
where
    A: IsEqual<B> + IsEqual<U1>,
    (Eq<A, B>, Eq<A, U1>, B0): Choose<A, B>,
    RestA: Stretch<RestB, Target>,
    <(Eq<A, B>, Eq<A, U1>, B0) as Choose<A, B>>::Size: Provided<RestA::Verdict>,
{
    type Verdict = <<(Eq<A, B>, Eq<A, U1>, B0) as Choose<A, B>>::Size as Provided<RestA::Verdict>>::Verdict;
}

/// `Rest` where a size was chosen, else [`Different`].
pub trait Provided<Rest> {
    /// [`Fits`] or [`Different`].
    type Verdict;
}

impl<Size, Rest> Provided<Rest> for Chosen<Size> {
    type Verdict = Rest;
}

impl<Rest> Provided<Rest> for Different {
    type Verdict = Different;
}
