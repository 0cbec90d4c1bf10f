//! Optimizers: one pass over parameters, gradient, and what is kept for each parameter.
//!
//! A step is the formula for one parameter (`steps!`); the walk over all of them, on several threads and in the
//! processor's vectors, is the same for each.

mod accumulators;
mod adam;
mod around;
mod descent;

pub use accumulators::{
    AdadeltaStep, AdagradStep, FtrlStep, RmspropStep, adadelta, adagrad, ftrl, rmsprop, rmsprop_centered,
    rmsprop_centered_with_momentum, rmsprop_with_momentum,
};
pub use adam::{AdamStep, AdamaxStep, NadamStep, adam, adamax, amsgrad, nadam};
pub use around::{AverageStep, accumulate, average, clip, decay, mean, scale, squares};
pub use descent::{LionStep, SgdStep, lion, sgd};

/// An element type for which every formula is compiled in this crate.
pub trait Formulas<T>:
    accumulators::adadelta_piece::Compiled<T>
    + accumulators::adagrad_piece::Compiled<T>
    + accumulators::ftrl_power_piece::Compiled<T>
    + accumulators::ftrl_root_piece::Compiled<T>
    + accumulators::rmsprop_centered_piece::Compiled<T>
    + accumulators::rmsprop_centered_with_momentum_piece::Compiled<T>
    + accumulators::rmsprop_piece::Compiled<T>
    + accumulators::rmsprop_with_momentum_piece::Compiled<T>
    + adam::adam_piece::Compiled<T>
    + adam::adamax_piece::Compiled<T>
    + adam::amsgrad_piece::Compiled<T>
    + adam::nadam_piece::Compiled<T>
    + around::accumulate_piece::Compiled<T>
    + around::average_piece::Compiled<T>
    + around::clip_piece::Compiled<T>
    + around::decay_piece::Compiled<T>
    + around::mean_piece::Compiled<T>
    + around::scale_piece::Compiled<T>
    + around::squares_piece::Compiled<T>
    + descent::descend_piece::Compiled<T>
    + descent::descend_with_momentum_piece::Compiled<T>
    + descent::lion_piece::Compiled<T>
{
}

impl Formulas<f32> for f32 {}
impl Formulas<f64> for f64 {}

/// Parameters that a thread takes at a time, about 10 µs of work.
const GRAIN: usize = 1 << 16;

/// `(a, (b, c))`, as a pattern or as an expression.
macro_rules! side_by_side {
    ($last:ident) => { $last };
    ($first:ident, $($rest:ident),+) => { ($first, side_by_side!($($rest),+)) };
}

/// An iterator over the elements of several slices, in the pattern of [`side_by_side`].
macro_rules! together {
    ($last:ident) => { $last.into_iter() };
    ($first:ident, $($rest:ident),+) => { $first.into_iter().zip(together!($($rest),+)) };
}

/// Defines a step of an optimizer by its formula for one parameter `w`, given its derivative `g` and what is kept of it.
///
/// `fn adam, adam_piece(step: AdamStep<T>, w: &mut [T], g: &[T], m: &mut [T])` defines the public function and the piece
/// of it that a thread takes. Its body is run with references to one element of each slice.
macro_rules! steps {
    (
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident, $piece:ident(
            $step:ident: $numbers:ty, $first:ident: $first_type:ty $(, $slice:ident: $type:ty)* $(,)?
        ) $body:block
    ) => {
        $(#[$attribute])*
        $visibility fn $name<T: Element>($step: $numbers, $first: $first_type $(, $slice: $type)*) {
            $(assert_eq!($first.len(), $slice.len(), concat!("one `", stringify!($slice), "` for each parameter"));)*
            parallel::split(side_by_side!($first $(, $slice)*), GRAIN, &|_, side_by_side!($first $(, $slice)*)| {
                $piece($step, $first $(, $slice)*);
            });
        }

        per_processor! {
            pub(crate) fn $piece<T: Element>($step: $numbers, $first: $first_type $(, $slice: $type)*) {
                for side_by_side!($first $(, $slice)*) in together!($first $(, $slice)*) $body
            }
        }
    };
}
use {side_by_side, steps, together};
