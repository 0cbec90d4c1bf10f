//! Several shapes as one: what a model of several inputs takes, or of several outputs gives.
//!
//! A sample of shape `(A, B)` is one row: the values of its first part, then those of its second. So a batch, a dataset
//! and a buffer hold it like any other sample.

use core::marker::PhantomData;

use crate::compare::{Compare, Different, Same, Then};
use crate::shape::{Cons, Nil, Shape};

/// The values of the first part, then those of the rest.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Row<First, Rest>(pub First, pub Rest);

/// The list of the first part's sizes, then those of the other parts.
#[derive(Clone, Copy, Debug)]
pub struct Part<List, Rest>(PhantomData<(List, Rest)>);

/// No further part.
#[derive(Clone, Copy, Debug)]
pub struct End;

impl Compare<End> for End {
    type Verdict = Same;
}

impl<List, Rest> Compare<Part<List, Rest>> for End {
    type Verdict = Different;
}

impl<List, Rest> Compare<End> for Part<List, Rest> {
    type Verdict = Different;
}

impl<A, RestA, B, RestB> Compare<Part<B, RestB>> for Part<A, RestA>
where
    A: Compare<B>,
    RestA: Compare<RestB>,
    A::Verdict: Then<RestA::Verdict>,
{
    type Verdict = <A::Verdict as Then<RestA::Verdict>>::Verdict;
}

impl<List, Rest> Compare<Nil> for Part<List, Rest> {
    type Verdict = Different;
}

impl<List, Rest> Compare<Part<List, Rest>> for Nil {
    type Verdict = Different;
}

impl<List, Rest, First, Others> Compare<Cons<First, Others>> for Part<List, Rest> {
    type Verdict = Different;
}

impl<List, Rest, First, Others> Compare<Part<List, Rest>> for Cons<First, Others> {
    type Verdict = Different;
}

macro_rules! row {
    ($t:ident, $last:ident) => { $last::Array<$t> };
    ($t:ident, $first:ident $($rest:ident)+) => { Row<$first::Array<$t>, row!($t, $($rest)+)> };
}

macro_rules! parts {
    () => { End };
    ($first:ident $($rest:ident)*) => { Part<$first::List, parts!($($rest)*)> };
}

macro_rules! several {
    ($($part:ident)+) => {
        // SAFETY: `Row` is `repr(C)`, and each of its fields is whole values of type `T`, as many as the part's `SIZE`.
        unsafe impl<$($part: Shape),+> Shape for ($($part,)+) {
            type Array<T: Copy> = row!(T, $($part)+);
            type List = parts!($($part)+);
            const DIMS: &'static [usize] = &[0 $(+ $part::SIZE)+];
            const SIZE: usize = 0 $(+ $part::SIZE)+;
        }
    };
}

several!(A B);
several!(A B C);
several!(A B C D);
several!(A B C D E);
several!(A B C D E F);

#[cfg(test)]
mod tests {
    use crate::compare::{Different, Same, Verdict};
    use crate::shape;
    use crate::shape::Shape;

    trait Name {
        const NAME: &'static str;
    }

    impl Name for Same {
        const NAME: &'static str = "same";
    }

    impl Name for Different {
        const NAME: &'static str = "different";
    }

    #[test]
    fn a_sample_is_one_row() {
        type Pair = (shape!(2, 3), shape!());
        assert_eq!(Pair::SIZE, 7);
        assert_eq!(size_of::<<Pair as Shape>::Array<f32>>(), 28);
    }

    #[test]
    fn shapes_are_compared_part_by_part() {
        type Pair = (shape!(2), shape!(3));
        assert_eq!(<Verdict<Pair, (shape!(2), shape!(3))>>::NAME, "same");
        assert_eq!(<Verdict<Pair, (shape!(3), shape!(2))>>::NAME, "different");
        assert_eq!(<Verdict<Pair, (shape!(2), shape!(3), shape!())>>::NAME, "different");
        assert_eq!(<Verdict<Pair, shape!(5)>>::NAME, "different");
        assert_eq!(<Verdict<shape!(), Pair>>::NAME, "different");
    }
}
