//! Samples of several parts: put together for a model of several inputs, taken apart after one of several outputs.

use core::fmt;

use super::BatchView;
#[cfg(feature = "alloc")]
use super::{Batch, Samples};
use crate::element::Element;
use crate::shape::Shape;

/// Parts that are to be put together have different numbers of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartCountError {
    /// How many samples the first part has.
    pub first: usize,
    /// The first part that has another number, counted from 0.
    pub part: usize,
    /// How many samples that one has.
    pub samples: usize,
}

impl fmt::Display for PartCountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, part, samples } = self;
        write!(
            f,
            "part `.0` has {first} samples, but part `.{part}` has {samples}; pass as many of each, for a sample is one of each"
        )
    }
}

impl core::error::Error for PartCountError {}

/// A shape of several parts: a tuple of shapes.
#[diagnostic::on_unimplemented(
    message = "samples of this shape have no parts",
    label = "these samples have one shape, not a tuple of shapes"
)]
pub trait Several: Shape {
    /// The values of each part of a sample.
    type Slices<'a, T: 'a>;
    /// A batch of each part.
    #[cfg(feature = "alloc")]
    type Batches<T: Element>;

    /// A sample's values, part by part.
    ///
    /// # Panics
    /// If there are fewer values than a sample has.
    fn split<T>(sample: &[T]) -> Self::Slices<'_, T>;

    /// The parts of all samples, each as a batch.
    #[cfg(feature = "alloc")]
    fn unzip<T: Element>(samples: BatchView<'_, Self, T>) -> Self::Batches<T>;
}

/// Several batches of as many samples, as [`Batch::zip`] takes them: a tuple of two to six references.
#[cfg(feature = "alloc")]
#[diagnostic::on_unimplemented(
    message = "these are no parts of samples",
    label = "this is no tuple of two to six references to batches of one type of number",
    note = "write `Batch::zip((&a, &b))`"
)]
pub trait Zip {
    /// The shape of a sample: the tuple of the shapes of its parts.
    type Shape: Shape;
    /// The type of its values.
    type Element: Element;

    /// The samples, each with the values of the first part, then those of the second, and so on.
    fn zip(self) -> Result<Batch<Self::Shape, Self::Element>, PartCountError>;
}

impl<'a, S: Shape, T: Element> BatchView<'a, S, T> {
    /// The samples, each as the slices of its parts.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = S::Slices<'a, T>> + use<'a, S, T>
    where
        S: Several,
    {
        self.samples().map(S::split)
    }

    /// A batch of each part.
    #[cfg(feature = "alloc")]
    pub fn unzip(&self) -> S::Batches<T>
    where
        S: Several,
    {
        S::unzip(*self)
    }
}

#[cfg(feature = "alloc")]
impl<S: Shape, T: Element> Batch<S, T> {
    /// Samples of several parts: the first sample of each, then the second of each, and so on.
    ///
    /// An error if there are not as many samples of each part.
    ///
    /// ```
    /// use katachi_core::batch::Batch;
    ///
    /// let points = Batch::from([[1.0, 2.0], [3.0, 4.0]]); // 2 samples of shape [2]
    /// let weights = Batch::from([0.5, 0.25]); // 2 samples of shape []
    /// let both = Batch::zip((&points, &weights))?; // 2 samples of shape ([2], [])
    /// assert_eq!(both.sample(1), [3.0, 4.0, 0.25]);
    ///
    /// let wrong = Batch::zip((&points, &Batch::from([0.5])));
    /// assert_eq!(
    ///     wrong.unwrap_err().to_string(),
    ///     "part `.0` has 2 samples, but part `.1` has 1; pass as many of each, for a sample is one of each",
    /// );
    /// # Ok::<(), katachi_core::batch::PartCountError>(())
    /// ```
    pub fn zip<P: Zip<Shape = S, Element = T>>(parts: P) -> Result<Self, PartCountError> {
        parts.zip()
    }

    /// A batch of each part: the way back from [`zip`](Self::zip).
    ///
    /// ```
    /// # use katachi_core::batch::Batch;
    /// # let (points, weights) = (Batch::from([[1.0, 2.0], [3.0, 4.0]]), Batch::from([0.5, 0.25]));
    /// # let both = Batch::zip((&points, &weights))?;
    /// let (a, b) = both.unzip();
    /// assert_eq!((a, b), (points, weights));
    /// # Ok::<(), katachi_core::batch::PartCountError>(())
    /// ```
    pub fn unzip(&self) -> S::Batches<T>
    where
        S: Several,
    {
        self.view().unzip()
    }

    /// The samples, each as the slices of its parts.
    ///
    /// ```
    /// # use katachi_core::batch::Batch;
    /// # let (points, weights) = (Batch::from([[1.0, 2.0], [3.0, 4.0]]), Batch::from([0.5, 0.25]));
    /// # let both = Batch::zip((&points, &weights))?;
    /// let weighted: Vec<f64> = both.parts().map(|(point, weight)| point[0] * weight[0]).collect();
    /// assert_eq!(weighted, [0.5, 0.75]);
    /// # Ok::<(), katachi_core::batch::PartCountError>(())
    /// ```
    pub fn parts(&self) -> impl ExactSizeIterator<Item = S::Slices<'_, T>>
    where
        S: Several,
    {
        self.view().parts()
    }
}

macro_rules! several {
    ($($part:ident $samples:ident $index:tt),+) => {
        impl<$($part: Shape),+> Several for ($($part,)+) {
            type Slices<'a, T: 'a> = ($(several!($part &'a [T]),)+);
            #[cfg(feature = "alloc")]
            type Batches<T: Element> = ($(Batch<$part, T>,)+);

            fn split<T>(sample: &[T]) -> Self::Slices<'_, T> {
                let rest = sample;
                $(let ($samples, rest) = rest.split_at($part::SIZE);)+
                let _ = rest;
                ($($samples,)+)
            }

            #[cfg(feature = "alloc")]
            fn unzip<T: Element>(samples: BatchView<'_, Self, T>) -> Self::Batches<T> {
                let mut batches: Self::Batches<T> = ($(Batch::<$part, T>::zeros(samples.len()),)+);
                for (number, sample) in samples.samples().enumerate() {
                    let parts = Self::split(sample);
                    $(batches.$index.sample_mut(number).copy_from_slice(parts.$index);)+
                }
                batches
            }
        }

        #[cfg(feature = "alloc")]
        impl<T: Element, $($part: Samples<Element = T> + ?Sized),+> Zip for ($(&$part,)+) {
            type Shape = ($($part::Shape,)+);
            type Element = T;

            fn zip(self) -> Result<Batch<Self::Shape, T>, PartCountError> {
                let ($($samples,)+) = ($(self.$index.view(),)+);
                let first = several!(@first $($samples)+).len();
                $(if $samples.len() != first {
                    return Err(PartCountError { first, part: $index, samples: $samples.len() });
                })+
                let mut batch = Batch::<Self::Shape, T>::zeros(first);
                for number in 0..first {
                    let rest = batch.sample_mut(number);
                    $(let (part, rest) = rest.split_at_mut(<$part::Shape as Shape>::SIZE);
                    part.copy_from_slice($samples.sample(number));)+
                    debug_assert!(rest.is_empty());
                }
                Ok(batch)
            }
        }
    };
    ($part:ident $slice:ty) => { $slice };
    (@first $first:ident $($rest:ident)*) => { $first };
}

several!(A a 0, B b 1);
several!(A a 0, B b 1, C c 2);
several!(A a 0, B b 1, C c 2, D d 3);
several!(A a 0, B b 1, C c 2, D d 3, E e 4);
several!(A a 0, B b 1, C c 2, D d 3, E e 4, F f 5);

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::shape;
    use crate::tensor::Tensor;

    #[test]
    fn six_parts_come_back_as_they_went() {
        let numbers = |first: u8, count: u8| (first..first + count).map(f32::from).collect::<Vec<_>>();
        let a = Batch::<shape!(2, 2)>::from_vec(numbers(0, 12)).unwrap();
        let b = Batch::<shape!()>::from_vec(numbers(20, 3)).unwrap();
        let c = Batch::<shape!(1)>::from_vec(numbers(30, 3)).unwrap();
        let d = Batch::<shape!(3)>::from_vec(numbers(40, 9)).unwrap();
        let e = Batch::<shape!(2)>::from_vec(numbers(50, 6)).unwrap();
        let f = Batch::<shape!()>::from_vec(numbers(60, 3)).unwrap();
        let all = Batch::zip((&a, &b, &c, &d, &e, &f)).unwrap();
        assert_eq!(all.sample(1), [4., 5., 6., 7., 21., 31., 43., 44., 45., 52., 53., 61.]);
        let (first, .., last) = all.parts().nth(2).unwrap();
        assert_eq!((first, last), (&[8., 9., 10., 11.][..], &[62.][..]));
        assert_eq!(all.unzip(), (a, b, c, d, e, f));
    }

    #[test]
    fn what_reads_as_samples_is_a_part() {
        let both = Batch::zip((&Tensor::from([1.0, 2.0]), &Batch::from([[3.0]]).view())).unwrap();
        assert_eq!(both.as_slice(), [1.0, 2.0, 3.0]);
        let none = Batch::zip((&Batch::<shape!(2)>::zeros(0), &Batch::<shape!()>::zeros(0))).unwrap();
        assert!(none.is_empty() && none.parts().len() == 0);
        assert_eq!(none.unzip().0.len(), 0);
    }

    #[test]
    fn another_number_of_samples_is_refused() {
        let (two, three) = (Batch::<shape!(2)>::zeros(2), Batch::<shape!()>::zeros(3));
        assert_eq!(Batch::zip((&two, &two, &three)), Err(PartCountError { first: 2, part: 2, samples: 3 }));
        assert_eq!(Batch::zip((&three, &two)), Err(PartCountError { first: 3, part: 1, samples: 2 }));
    }
}
