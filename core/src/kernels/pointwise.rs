//! Activations over slices, and their adjoints.

use super::parallel;
use super::processor::per_processor;
use crate::activation::{Activation, Saved, for_each_activation};
use crate::element::Element;

/// Elements that a thread takes at a time, about 15 µs of the slower functions.
const GRAIN: usize = 1 << 15;

/// Elements that a loop takes at a time: enough for four of the longest vectors, so that no rest of the loop is scalar.
pub(super) const UNROLLED: usize = 64;

/// Elements that a rest is padded to, for as many scalar operations would cost more than the vectors before it.
pub(super) const BLOCK: usize = 16;

/// Replaces each value of a slice by `$result`, an expression of `$value`.
///
/// A macro, because a closure would not take over the processor features of the function that calls it.
macro_rules! map {
    ($values:expr, $value:ident => $result:expr) => {{
        let values: &mut [T] = $values;
        let (whole, rest) = values.split_at_mut(values.len() / UNROLLED * UNROLLED);
        for value in whole {
            let $value = *value;
            *value = $result;
        }
        for rest in rest.chunks_mut(BLOCK) {
            let mut padded = [T::ZERO; BLOCK];
            padded[..rest.len()].copy_from_slice(rest);
            for value in &mut padded {
                let $value = *value;
                *value = $result;
            }
            rest.copy_from_slice(&padded[..rest.len()]);
        }
    }};
}
pub(super) use map;

/// y = f(x), in place.
///
/// Inlined, and without `std` compiled where it is called, so that of all activations only the one that is called stays
/// in a firmware.
#[inline]
pub fn activate<T: Element>(activation: Activation<T>, values: &mut [T]) {
    if activation != Activation::Linear {
        parallel::split(values, GRAIN, &|_, values| {
            if cfg!(feature = "std") {
                activate_piece(activation, values);
            } else {
                activate_piece::here(activation, values);
            }
        });
    }
}

per_processor! {
    pub(super) fn activate_piece<T: Element>(activation: Activation<T>, values: &mut [T]) {
        for_each_activation!(activation, f => map!(values, x => f.apply(x)));
    }
}

/// dx = dy · f'(x), in place.
///
/// `saved` is what [`Activation::saves`] says: the inputs, the outputs, or nothing (an empty slice then, or any).
pub fn activation_adjoint<T: Element>(activation: Activation<T>, saved: &[T], dy: &mut [T]) {
    if activation.saves() != Saved::Nothing {
        assert_eq!(saved.len(), dy.len(), "one saved value for each derivative");
        parallel::split((saved, dy), GRAIN, &|_, (saved, dy)| {
            activation_adjoint_piece(activation, saved, dy);
        });
    }
}

per_processor! {
    pub(super) fn activation_adjoint_piece<T: Element>(activation: Activation<T>, saved: &[T], dy: &mut [T]) {
        for_each_activation!(activation, f => {
            let whole = dy.len() / UNROLLED * UNROLLED;
            let (whole, rest) = dy.split_at_mut(whole);
            let (saved_whole, saved_rest) = saved.split_at(whole.len());
            for (dy, saved) in whole.iter_mut().zip(saved_whole) {
                *dy *= f.derivative(*saved);
            }
            for (rest, saved) in rest.chunks_mut(BLOCK).zip(saved_rest.chunks(BLOCK)) {
                let mut padded = [T::ZERO; BLOCK];
                padded[..saved.len()].copy_from_slice(saved);
                for saved in &mut padded {
                    *saved = f.derivative(*saved);
                }
                for (dy, derivative) in rest.iter_mut().zip(padded) {
                    *dy *= derivative;
                }
            }
        });
    }
}
