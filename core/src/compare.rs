//! Whether two shapes are the same, answered by a type.
//!
//! A mismatch of two shapes could be left to the compiler as a mismatch of two types, but it prints a size of `typenum`
//! as a nest of `UInt<UInt<…>>`, cut where it gets long. So the comparison is computed first, and a bound is put on
//! the [`Verdict`]: what the compiler then prints is the sentence of that bound and the word `Different`.

use core::marker::PhantomData;

use typenum::{B0, B1, Eq, IsEqual};

use crate::shape::{Cons, Nil, Shape};

/// The shapes are the same.
#[derive(Clone, Copy, Debug)]
pub struct Same;

/// The shapes differ, in a size or in the number of dimensions.
#[derive(Clone, Copy, Debug)]
pub struct Different;

/// An operation fits its operands, and its result has the sizes of this list.
#[derive(Clone, Copy, Debug)]
pub struct Fits<List>(PhantomData<List>);

/// A shape has fewer dimensions than the axis needs.
#[derive(Clone, Copy, Debug)]
pub struct NoSuchAxis;

/// [`Same`] or [`Different`], for the shapes `A` and `B`.
pub type Verdict<A, B> = <<A as Shape>::List as Compare<<B as Shape>::List>>::Verdict;

/// Compares two lists of sizes.
pub trait Compare<Other> {
    /// [`Same`] or [`Different`].
    type Verdict;
}

impl Compare<Nil> for Nil {
    type Verdict = Same;
}

impl<First, Rest> Compare<Nil> for Cons<First, Rest> {
    type Verdict = Different;
}

impl<First, Rest> Compare<Cons<First, Rest>> for Nil {
    type Verdict = Different;
}

impl<A, RestA, B, RestB> Compare<Cons<B, RestB>> for Cons<A, RestA>
where
    A: IsEqual<B>,
    RestA: Compare<RestB>,
    Eq<A, B>: Then<RestA::Verdict>,
{
    type Verdict = <Eq<A, B> as Then<RestA::Verdict>>::Verdict;
}

/// `Rest` where the first sizes are equal, else [`Different`].
pub trait Then<Rest> {
    /// [`Same`] or [`Different`].
    type Verdict;
}

impl<Rest> Then<Rest> for B1 {
    type Verdict = Rest;
}

impl<Rest> Then<Rest> for B0 {
    type Verdict = Different;
}

impl<Rest> Then<Rest> for Same {
    type Verdict = Rest;
}

impl<Rest> Then<Rest> for Different {
    type Verdict = Different;
}

/// Puts a size before the list of a result that fits; what does not fit stays what it is.
pub trait Prepend<Size> {
    /// [`Fits`] with the longer list, or why it does not fit.
    type Verdict;
}

impl<Size, List> Prepend<Size> for Fits<List> {
    type Verdict = Fits<Cons<Size, List>>;
}

impl<Size> Prepend<Size> for Different {
    type Verdict = Different;
}

impl<Size> Prepend<Size> for NoSuchAxis {
    type Verdict = NoSuchAxis;
}

/// A trait that holds where an operation fits, with the sentence to say where it does not.
macro_rules! outcome {
    ($(#[$doc:meta])* $name:ident: $message:literal, $label:literal $(, note = $note:literal)?) => {
        $(#[$doc])*
        #[diagnostic::on_unimplemented(message = $message, label = $label $(, note = $note)?)]
        pub trait $name {
            /// The shape of the result.
            type Output: $crate::shape::Shape;
        }

        // Not recommended, or a message would close with the text of this macro.
        #[diagnostic::do_not_recommend]
        impl<List: $crate::shape::Sizes> $name for $crate::compare::Fits<List> {
            type Output = List::Shape;
        }
    };
}

pub(crate) use outcome;
