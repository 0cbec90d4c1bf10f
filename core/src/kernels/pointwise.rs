//! Activations over slices, and their adjoints.

use super::parallel;
use super::processor::per_processor;
use crate::activation::{Activation, Saved, for_each_activation};
use crate::element::Element;

/// Elements that a thread takes at a time.
const GRAIN: usize = 1 << 14;

/// Elements that a loop works on at a time. A rest is padded to as many, for a scalar rest would cost more than the
/// vectors before it.
pub(super) const BLOCK: usize = 16;

/// Evaluates `$body` with `$block` bound to each block of the slice, the last one padded with zeros.
///
/// A macro, because a closure would not take over the processor features of the function that calls it.
macro_rules! for_each_block {
    ($values:expr, $block:ident => $body:expr) => {{
        let (blocks, rest) = $values.as_chunks_mut::<{ $crate::kernels::pointwise::BLOCK }>();
        for $block in blocks {
            $body
        }
        if !rest.is_empty() {
            let mut padded = [T::ZERO; $crate::kernels::pointwise::BLOCK];
            padded[..rest.len()].copy_from_slice(rest);
            {
                let $block = &mut padded;
                $body
            }
            rest.copy_from_slice(&padded[..rest.len()]);
        }
    }};
}
pub(super) use for_each_block;

/// y = f(x), in place.
pub fn activate<T: Element>(activation: Activation<T>, values: &mut [T]) {
    if activation != Activation::Linear {
        parallel::split(values, GRAIN, &|_, values| {
            activate_piece(activation, values);
        });
    }
}

per_processor! {
    fn activate_piece<T: Element>(activation: Activation<T>, values: &mut [T]) {
        for_each_activation!(activation, f => for_each_block!(values, block => {
            for value in block {
                *value = f.apply(*value);
            }
        }));
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
    fn activation_adjoint_piece<T: Element>(activation: Activation<T>, saved: &[T], dy: &mut [T]) {
        for_each_activation!(activation, f => {
            let (blocks, rest) = dy.as_chunks_mut::<BLOCK>();
            let (saved_blocks, saved_rest) = saved.as_chunks::<BLOCK>();
            for (block, saved) in blocks.iter_mut().zip(saved_blocks) {
                for (dy, saved) in block.iter_mut().zip(saved) {
                    *dy *= f.derivative(*saved);
                }
            }
            if !rest.is_empty() {
                let mut padded = [T::ZERO; BLOCK];
                padded[..rest.len()].copy_from_slice(saved_rest);
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
