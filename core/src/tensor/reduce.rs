//! Sums, products, means, extremes and truths, over all elements and over one axis.

use super::{Float, Logical, Number, Tensor};
use crate::element::Element;
use crate::shape::Shape;
use crate::shape::axis::{KeepAxis, KeptAxis, Reduces, RemoveAxis, WithoutAxis};

pub(super) mod over;

impl<S: Shape, T: Copy> Tensor<S, T> {
    /// The sum of all elements. Integers wrap around.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1.0, 2.0], [3.0, 4.0]];
    /// assert_eq!(x.sum(), 10.0);
    /// assert_eq!(x.sum_axis::<0>(), tensor![4.0, 6.0]); // over the rows
    /// assert_eq!(x.sum_axis::<1>(), tensor![3.0, 7.0]);
    /// assert_eq!(&x / x.sum_axis_keepdims::<1>(), tensor![[1.0 / 3.0, 2.0 / 3.0], [3.0 / 7.0, 4.0 / 7.0]]);
    /// ```
    pub fn sum(&self) -> T
    where
        T: Number,
    {
        self.iter().fold(T::ZERO, |sum, &x| sum.plus(x))
    }

    /// The product of all elements. Integers wrap around.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1, 2], [3, 4]];
    /// assert_eq!(x.prod(), 24);
    /// assert_eq!(x.prod_axis::<0>(), tensor![3, 8]);
    /// ```
    pub fn prod(&self) -> T
    where
        T: Number,
    {
        self.iter().fold(T::ONE, |product, &x| product.times(x))
    }

    /// The greatest element; NaN where there is one.
    pub fn max(&self) -> T
    where
        T: Number,
    {
        self.iter().fold(T::LOWEST, |max, &x| over::greater(max, x))
    }

    /// The least element; NaN where there is one.
    pub fn min(&self) -> T
    where
        T: Number,
    {
        self.iter().fold(T::HIGHEST, |min, &x| over::less(min, x))
    }

    /// The row-major index of the greatest element: of the first, if several are; of the first NaN, if there is one.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1, 5], [7, 2]];
    /// assert_eq!(x.argmax(), 2);
    /// assert_eq!(x.argmax_axis::<1>(), tensor![1, 0]); // of each row
    /// ```
    pub fn argmax(&self) -> usize
    where
        T: Number,
    {
        over::first(self.iter().copied(), |x, max| x > max)
    }

    /// The row-major index of the least element: of the first, if several are; of the first NaN, if there is one.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[4, 5], [7, 2]];
    /// assert_eq!(x.argmin(), 3);
    /// assert_eq!(x.argmin_axis::<1>(), tensor![0, 1]); // of each row
    /// ```
    pub fn argmin(&self) -> usize
    where
        T: Number,
    {
        over::first(self.iter().copied(), |x, min| x < min)
    }

    /// The mean of all elements.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1.0, 2.0], [3.0, 6.0]];
    /// assert_eq!(x.mean(), 3.0);
    /// assert_eq!(x.mean_axis::<0>(), tensor![2.0, 4.0]);
    /// ```
    pub fn mean(&self) -> T
    where
        T: Float,
    {
        self.sum() / T::from_f64(S::SIZE as f64)
    }

    /// The variance of all elements: the mean of the squares of what they differ from the mean.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1.0, 2.0], [3.0, 6.0]];
    /// assert_eq!(x.var(), 3.5);
    /// assert_eq!(x.var_axis::<0>(), tensor![1.0, 4.0]);
    /// ```
    pub fn var(&self) -> T
    where
        T: Float,
    {
        let mean = self.mean();
        self.iter().map(|&x| (x - mean) * (x - mean)).sum::<T>() / T::from_f64(S::SIZE as f64)
    }

    /// The standard deviation of all elements: the square root of [`Tensor::var`].
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[1.0, 2.0], [3.0, 6.0]];
    /// assert_eq!(x.std(), 3.5_f64.sqrt());
    /// assert_eq!((&x - x.mean_axis::<0>()) / x.std_axis::<0>(), tensor![[-1.0, -1.0], [1.0, 1.0]]);
    /// ```
    pub fn std(&self) -> T
    where
        T: Float,
    {
        Element::sqrt(self.var())
    }

    /// Whether all elements are true.
    ///
    /// ```
    /// use katachi_core::tensor;
    ///
    /// let x = tensor![[true, false], [true, true]];
    /// assert!(!x.all() && x.any());
    /// assert_eq!(x.all_axis::<0>(), tensor![true, false]);
    /// ```
    pub fn all(&self) -> bool
    where
        T: Logical,
    {
        self.iter().all(|x| x.is_true())
    }

    /// Whether any element is true.
    pub fn any(&self) -> bool
    where
        T: Logical,
    {
        self.iter().any(|x| x.is_true())
    }
}

/// The reductions over an axis, for the macro that writes them: their two names, their elements and those of the result,
/// an example, and the documentation.
macro_rules! reductions {
    ($write:ident) => {
        $write! {
            sum sum_axis sum_axis_keepdims, Number, T, "[[1, 2], [3, 4]]",
            "The sums over an axis, which goes: `[2, 3]` over axis 0 gives `[3]`. Integers wrap around.";
            prod prod_axis prod_axis_keepdims, Number, T, "[[1, 2], [3, 4]]",
            "The products over an axis, which goes: `[2, 3]` over axis 0 gives `[3]`. Integers wrap around.";
            max max_axis max_axis_keepdims, Number, T, "[[1, 2], [3, 4]]",
            "The greatest elements over an axis, which goes: `[2, 3]` over axis 0 gives `[3]`. NaN where there is one.";
            min min_axis min_axis_keepdims, Number, T, "[[1, 2], [3, 4]]",
            "The least elements over an axis, which goes: `[2, 3]` over axis 0 gives `[3]`. NaN where there is one.";
            mean mean_axis mean_axis_keepdims, Float, T, "[[1.0, 2.0], [3.0, 4.0]]",
            "The means over an axis, which goes: `[2, 3]` over axis 0 gives `[3]`.";
            var var_axis var_axis_keepdims, Float, T, "[[1.0, 2.0], [3.0, 4.0]]",
            "The variances over an axis, which goes, as [`Tensor::var`]: `[2, 3]` over axis 0 gives `[3]`.";
            std std_axis std_axis_keepdims, Float, T, "[[1.0, 2.0], [3.0, 4.0]]",
            "The standard deviations over an axis, which goes: `[2, 3]` over axis 0 gives `[3]`.";
            argmax argmax_axis argmax_axis_keepdims, Number, i64, "[[1, 2], [4, 3]]",
            "The indices along an axis of the greatest elements, as [`Tensor::argmax`]; the axis goes.";
            argmin argmin_axis argmin_axis_keepdims, Number, i64, "[[1, 2], [4, 3]]",
            "The indices along an axis of the least elements, as [`Tensor::argmin`]; the axis goes.";
            all all_axis all_axis_keepdims, Logical, T, "[[true, true], [true, false]]",
            "Whether all elements over an axis are true; the axis goes.";
            any any_axis any_axis_keepdims, Logical, T, "[[false, false], [true, false]]",
            "Whether any element over an axis is true; the axis goes.";
        }
    };
}

#[cfg(feature = "alloc")]
pub(super) use reductions;

macro_rules! methods {
    ($($function:ident $name:ident $keepdims:ident, $element:ident, $result:ident, $example:literal, $doc:literal;)+) => {
        /// Reductions over one axis.
        impl<S: Shape, T: Copy> Tensor<S, T> {
            $(
                #[doc = $doc]
                pub fn $name<const AXIS: usize>(&self) -> Tensor<WithoutAxis<S, AXIS>, $result>
                where
                    T: $element,
                    S: RemoveAxis<AXIS, Verdict: Reduces>,
                {
                    over::$function(self, AXIS)
                }

                #[doc = concat!("[`Tensor::", stringify!($name), "`] with the axis kept, of size 1: `[2, 3]` over axis 0 gives `[1, 3]`.")]
                ///
                /// ```
                /// use katachi_core::tensor;
                ///
                #[doc = concat!("let x = tensor!", $example, ";")]
                #[doc = concat!("assert_eq!(x.", stringify!($keepdims), "::<1>(), x.", stringify!($name), "::<1>().expand_dims::<1>());")]
                /// ```
                pub fn $keepdims<const AXIS: usize>(&self) -> Tensor<KeptAxis<S, AXIS>, $result>
                where
                    T: $element,
                    S: KeepAxis<AXIS, Verdict: Reduces>,
                {
                    over::$function(self, AXIS)
                }
            )+
        }
    };
}

reductions!(methods);
