//! Moving values: transpose, slice, pad, concat, stack, and their adjoints.

use super::Write;
use crate::element::Element;

/// How a loop over axes walks through an array.
#[derive(Clone, Copy, Debug)]
pub struct Walk<'a> {
    /// Elements from one sample to the next.
    pub sample: usize,
    /// The element at index 0 of all axes, in sample 0.
    pub offset: usize,
    /// For each axis, elements from one index to the next.
    pub strides: &'a [usize],
}

/// y[s·to.sample + to.offset + Σ iₖ·to.strides[k]] = (or +=) x[s·from.sample + from.offset + Σ iₖ·from.strides[k]]
/// for all i in dims, all samples s.
///
/// With [`Write::Add`], places in y may coincide: they get the sum. Values of y that the walk passes over are kept.
pub fn rearrange<T: Element>(
    samples: usize,
    dims: &[usize],
    from: Walk<'_>,
    x: &[T],
    to: Walk<'_>,
    write: Write,
    y: &mut [T],
) {
    let size: usize = dims.iter().product();
    for at in 0..samples * size {
        let place = |walk: Walk<'_>| {
            let (mut index, mut rest) = (at / size * walk.sample + walk.offset, at % size);
            for (dim, stride) in dims.iter().zip(walk.strides).rev() {
                index += rest % dim * stride;
                rest /= dim;
            }
            index
        };
        let value = x[place(from)];
        match write {
            Write::Set => y[place(to)] = value,
            Write::Add => y[place(to)] += value,
        }
    }
}
