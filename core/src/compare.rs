//! Whether two shapes are the same, answered by a type.
//!
//! A mismatch of two shapes could be left to the compiler as a mismatch of two types, but it prints a size of `typenum`
//! as a nest of `UInt<UInt<…>>`, cut where it gets long. So the comparison is computed first, and a bound is put on
//! the [`Verdict`]: what the compiler then prints is the sentence of that bound and the word `Different`.

use typenum::{B0, B1, Eq, IsEqual};

use crate::shape::{Cons, Nil, Shape};

/// The shapes are the same.
#[derive(Clone, Copy, Debug)]
pub struct Same;

/// The shapes differ, in a size or in the number of dimensions.
#[derive(Clone, Copy, Debug)]
pub struct Different;

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
