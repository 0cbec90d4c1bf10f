//! How many values a shape holds, as a type.

use core::ops::Mul;

use typenum::{Eq, IsEqual, Prod, U1};

use crate::compare::{Fits, Then, outcome};
use crate::shape::{Cons, Nil, Shape};

/// The values of this shape in another shape.
pub trait ReshapeTo<Other>: Shape {
    /// [`Fits`] with the sizes of the other, or [`Different`](crate::compare::Different).
    type Verdict;
}

impl<A: Shape, B: Shape> ReshapeTo<B> for A
where
    A::List: Count,
    B::List: Count,
    <A::List as Count>::Count: IsEqual<<B::List as Count>::Count>,
    Eq<<A::List as Count>::Count, <B::List as Count>::Count>: Then<Fits<B::List>>,
{
    type Verdict = <Eq<<A::List as Count>::Count, <B::List as Count>::Count> as Then<Fits<B::List>>>::Verdict;
}

outcome! {
    /// A shape that holds as many values as another.
    Reshapes: "this tensor cannot be reshaped: the new shape holds another number of values",
    "the products of the sizes differ",
    note = "a reshape keeps all values, in their order; `slice` takes some of them, `broadcast_to` repeats them"
}

outcome! {
    /// A shape that holds one value.
    HoldsOne: "only a tensor of one value has an `item`, and this one holds more",
    "this tensor holds more than one value",
    note = "`x[i]` is one of all values, row-major; `index_axis` takes one index of an axis"
}

/// The product of a list of sizes.
pub trait Count {
    /// The product; 1 for a scalar.
    type Count;
}

impl Count for Nil {
    type Count = U1;
}

impl<First: Mul<Rest::Count>, Rest: Count> Count for Cons<First, Rest> {
    type Count = Prod<First, Rest::Count>;
}
