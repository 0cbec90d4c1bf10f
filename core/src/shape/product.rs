//! The shape of a product of matrices and vectors.

use typenum::{Eq, IsEqual};

use crate::compare::{Fits, Then, outcome};
use crate::shape::broadcast::{Reverse, Reversed, Zip};
use crate::shape::{Cons, Nil, Shape};

/// The shape of the product of `A` and `B`: `[2, 3]` and `[3, 4]` give `[2, 4]`.
///
/// More axes in front are stacks of matrices, which broadcast.
pub type Product<A, B> = <<A as ProductWith<B>>::Verdict as MatrixMultiplies>::Output;

/// Multiplies matrices or vectors of this shape and another.
pub trait ProductWith<Other>: Shape {
    /// [`Fits`] with the sizes of the product, [`Different`](crate::compare::Different), or [`NoMatrix`].
    type Verdict;
}

impl<A: Shape, B: Shape> ProductWith<B> for A
where
    A::List: Reverse<Nil>,
    B::List: Reverse<Nil>,
    Reversed<A>: Multiply<Reversed<B>>,
{
    type Verdict = <Reversed<A> as Multiply<Reversed<B>>>::Verdict;
}

/// Exchanges the two axes of a matrix.
pub trait Turn: Shape {
    /// [`Fits`] with the exchanged sizes, or [`NotAMatrix`].
    type Verdict;
}

impl<S: Shape> Turn for S
where
    S::List: Exchange,
{
    type Verdict = <S::List as Exchange>::Verdict;
}

outcome! {
    /// Two shapes that have a product.
    MatrixMultiplies: "these two tensors have no matrix product: a left one [m, n] takes a right one [n, p]",
    "this tensor does not fit the one on the left",
    note = "the inner sizes `n` are equal; axes in front of a matrix are a stack, and two stacks broadcast: [8, m, n] with [8, n, p] or [n, p] gives [8, m, p]"
}
outcome! {
    /// A shape that can be transposed.
    Transposes: "only a matrix can be transposed, and this tensor has another number of axes",
    "this is no matrix",
    note = "a vector [n] becomes a column by `expand_dims::<1>()`; more axes are put in another order by `permute::<axes!(0, 2, 1)>()`"
}

/// A tensor without axes in a product of matrices.
#[derive(Clone, Copy, Debug)]
pub struct NoMatrix;

/// A tensor of one axis, of none, or of more than two, where a matrix is needed.
#[derive(Clone, Copy, Debug)]
pub struct NotAMatrix;

/// Multiplies two reversed lists of sizes: the innermost, in which the product of matrices works, come first.
pub trait Multiply<Other> {
    /// [`Fits`], [`Different`](crate::compare::Different) or [`NoMatrix`].
    type Verdict;
}

type Vector<N> = Cons<N, Nil>;
type Stack<M, N, Stacks> = Cons<N, Cons<M, Stacks>>;

/// `Stacks: Zip<…, Sizes>` broadcasts the axes in front, and puts them before the sizes of one product.
macro_rules! multiply {
    ($([$($parameter:ident),*] $left:ty, $right:ty, inner $a:ident $b:ident, $lefts:ty, $rights:ty => $sizes:ty;)+) => {$(
        impl<$($parameter),*> Multiply<$right> for $left
        where
            $a: IsEqual<$b>,
            $lefts: Zip<$rights, $sizes>,
            Eq<$a, $b>: Then<<$lefts as Zip<$rights, $sizes>>::Verdict>,
        {
            type Verdict = <Eq<$a, $b> as Then<<$lefts as Zip<$rights, $sizes>>::Verdict>>::Verdict;
        }
    )+};
}

multiply! {
    [N, K] Vector<N>, Vector<K>, inner N K, Nil, Nil => Nil;
    [N, K, P, Rights] Vector<N>, Stack<K, P, Rights>, inner N K, Nil, Rights => Vector<P>;
    [M, N, K, Lefts] Stack<M, N, Lefts>, Vector<K>, inner N K, Lefts, Nil => Vector<M>;
    [M, N, K, P, Lefts, Rights] Stack<M, N, Lefts>, Stack<K, P, Rights>, inner N K, Lefts, Rights => Matrix<M, P>;
}

/// The others. Each names both sides: a verdict that is known before the right side is would make `matmul` a method that
/// does not exist, and the sentence would be lost.
macro_rules! no_matrix {
    ($([$($parameter:ident),*] $left:ty, $right:ty;)+) => {$(
        impl<$($parameter),*> Multiply<$right> for $left {
            type Verdict = NoMatrix;
        }
    )+};
}

no_matrix! {
    [] Nil, Nil;
    [First, Other] Nil, Cons<First, Other>;
    [First, Other] Cons<First, Other>, Nil;
}

type Matrix<M, N> = Cons<M, Cons<N, Nil>>;
type Larger<A, B, C, Rest> = Cons<A, Cons<B, Cons<C, Rest>>>;

/// Exchanges two sizes.
pub trait Exchange {
    /// [`Fits`] or [`NotAMatrix`].
    type Verdict;
}

impl<M, N> Exchange for Matrix<M, N> {
    type Verdict = Fits<Matrix<N, M>>;
}

impl Exchange for Nil {
    type Verdict = NotAMatrix;
}

impl<N> Exchange for Vector<N> {
    type Verdict = NotAMatrix;
}

impl<A, B, C, Rest> Exchange for Larger<A, B, C, Rest> {
    type Verdict = NotAMatrix;
}
