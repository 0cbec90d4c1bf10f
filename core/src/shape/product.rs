//! The shape of a product of matrices and vectors.

use typenum::{Eq, IsEqual};

use crate::compare::{Fits, Then, outcome};
use crate::shape::{Cons, Nil, Shape};

/// The shape of the product of `A` and `B`: `[2, 3]` and `[3, 4]` give `[2, 4]`.
pub type Product<A, B> = <<A as ProductWith<B>>::Verdict as MatrixMultiplies>::Output;

/// Multiplies matrices or vectors of this shape and another.
pub trait ProductWith<Other>: Shape {
    /// [`Fits`] with the sizes of the product, [`Different`](crate::compare::Different), or [`NeitherVectorNorMatrix`].
    type Verdict;
}

impl<A: Shape, B: Shape> ProductWith<B> for A
where
    A::List: Multiply<B::List>,
{
    type Verdict = <A::List as Multiply<B::List>>::Verdict;
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
    MatrixMultiplies: "these two tensors have no matrix product: the last size of the left one must be the first of the right one",
    "this tensor does not fit the one on the left",
    note = "`matmul` takes vectors [n] and matrices [m, n]: [m, n] with [n, p] gives [m, p], with [n] gives [m]"
}
outcome! {
    /// A shape that can be transposed.
    Transposes: "only a matrix can be transposed, and this tensor has another number of axes",
    "this is no matrix",
    note = "a vector [n] becomes a column by `reshape::<shape!(n, 1)>()`"
}

/// A tensor of no axis, or of more than two, in a product of matrices.
#[derive(Clone, Copy, Debug)]
pub struct NeitherVectorNorMatrix;

/// A tensor of one axis, of none, or of more than two, where a matrix is needed.
#[derive(Clone, Copy, Debug)]
pub struct NotAMatrix;

/// Multiplies two lists of sizes.
pub trait Multiply<Other> {
    /// [`Fits`], [`Different`](crate::compare::Different) or [`NeitherVectorNorMatrix`].
    type Verdict;
}

type Vector<N> = Cons<N, Nil>;
type Matrix<M, N> = Cons<M, Cons<N, Nil>>;
type Larger<A, B, C, Rest> = Cons<A, Cons<B, Cons<C, Rest>>>;

macro_rules! multiply {
    ($($left:ident<$($l:ident),+> * $right:ident<$($r:ident),+>, inner $a:ident $b:ident => $output:ty;)+) => {$(
        impl<$($l,)+ $($r),+> Multiply<$right<$($r),+>> for $left<$($l),+>
        where
            $a: IsEqual<$b>,
            Eq<$a, $b>: Then<Fits<$output>>,
        {
            type Verdict = <Eq<$a, $b> as Then<Fits<$output>>>::Verdict;
        }
    )+};
}

multiply! {
    Vector<N> * Vector<K>, inner N K => Nil;
    Vector<N> * Matrix<K, P>, inner N K => Vector<P>;
    Matrix<M, N> * Vector<K>, inner N K => Vector<M>;
    Matrix<M, N> * Matrix<K, P>, inner N K => Matrix<M, P>;
}

/// The others. Each names both sides: a verdict that is known before the right side is would make `matmul` a method that
/// does not exist, and the sentence would be lost.
macro_rules! neither {
    ($([$($parameter:ident),*] $left:ty, $right:ty;)+) => {$(
        impl<$($parameter),*> Multiply<$right> for $left {
            type Verdict = NeitherVectorNorMatrix;
        }
    )+};
}

neither! {
    [] Nil, Nil;
    [First, Other] Nil, Cons<First, Other>;
    [A, B, C, Rest] Larger<A, B, C, Rest>, Nil;
    [A, B, C, Rest, First, Other] Larger<A, B, C, Rest>, Cons<First, Other>;
    [N] Vector<N>, Nil;
    [N, A, B, C, Rest] Vector<N>, Larger<A, B, C, Rest>;
    [M, N] Matrix<M, N>, Nil;
    [M, N, A, B, C, Rest] Matrix<M, N>, Larger<A, B, C, Rest>;
}

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
