//! Moving values: transpose, slice, pad, concat, stack, and their adjoints.

use super::axes::{AXES, Axes, Axis};
use super::processor::per_processor;
use super::{MAX_RANK, Write, parallel};
use crate::element::Element;

/// Elements that a thread takes at a time, about 15 µs of work.
const GRAIN: usize = 1 << 16;

/// Side of the squares in which a matrix is transposed: a square stays in the registers.
const TILE: usize = 8;

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

/// `y[s·to.sample + to.offset + Σ iₖ·to.strides[k]] = x[s·from.sample + from.offset + Σ iₖ·from.strides[k]]`, or `+=`,
/// for all indices i in `dims` and all samples s.
///
/// With [`Write::Add`], places in y may coincide: they get the sum. Values of y that the walk passes over are kept. With
/// x and y exchanged it is its own adjoint.
pub fn rearrange<T: Element>(
    samples: usize,
    dims: &[usize],
    from: Walk<'_>,
    x: &[T],
    to: Walk<'_>,
    write: Write,
    y: &mut [T],
) {
    assert!(dims.len() <= MAX_RANK, "an array has at most {MAX_RANK} axes");
    assert!(dims.len() == from.strides.len() && dims.len() == to.strides.len(), "one stride for each axis");
    if samples == 0 || dims.contains(&0) {
        return;
    }
    let mut axes = Axes::default();
    axes.insert(Axis { size: samples, from: from.sample, to: to.sample });
    for ((size, from), to) in dims.iter().zip(from.strides).zip(to.strides) {
        axes.insert(Axis { size: *size, from: *from, to: *to });
    }
    assert!(axes.end(|axis| axis.from, from.offset).is_some_and(|end| end < x.len()), "x is too short");
    assert!(axes.end(|axis| axis.to, to.offset).is_some_and(|end| end < y.len()), "y is too short");
    axes.merge();
    share(axes, &x[from.offset..], write, &mut y[to.offset..]);
}

/// Splits the outermost axis among threads, if its parts of y do not overlap.
fn share<T: Element>(axes: Axes, x: &[T], write: Write, y: &mut [T]) {
    let [outer, inner @ ..] = axes.list;
    let extent: usize = inner.iter().map(|axis| (axis.size - 1) * axis.to).sum();
    if !parallel::threads() || axes.elements() < 2 * GRAIN || outer.size == 1 || extent >= outer.to {
        return walk(axes, x, write, y);
    }
    let middle = outer.size / 2;
    let (mut left, mut right) = (axes, axes);
    left.list[0].size = middle;
    right.list[0].size = outer.size - middle;
    let (y_left, y_right) = y.split_at_mut(middle * outer.to);
    let x_right = &x[middle * outer.from..];
    parallel::join(|| share(left, x, write, y_left), || share(right, x_right, write, y_right));
}

per_processor! {
    fn walk<T: Element>(axes: Axes, x: &[T], write: Write, y: &mut [T]) {
        let mut list = axes.list;
        let (planes, within) = list[..axes.count].split_at_mut(axes.count.saturating_sub(2));
        let (mut rows, mut row) = (Axis::ONE, Axis::ONE);
        if let [.., last] = within {
            row = *last;
        }
        if let [first, _] = within {
            rows = *first;
        }
        if row.from != 1 {
            // A transpose is done in squares of the two axes that are contiguous on one side each.
            if let Some(axis) = planes.iter_mut().find(|axis| axis.from == 1) {
                core::mem::swap(axis, &mut rows);
            }
        }
        let mut index = [0; AXES];
        let (mut from, mut to) = (0, 0);
        loop {
            match write {
                Write::Set => plane::<T, false>(rows, row, &x[from..], &mut y[to..]),
                Write::Add => plane::<T, true>(rows, row, &x[from..], &mut y[to..]),
            }
            let mut next = planes.len();
            loop {
                if next == 0 {
                    return;
                }
                next -= 1;
                let axis = planes[next];
                index[next] += 1;
                from += axis.from;
                to += axis.to;
                if index[next] < axis.size {
                    break;
                }
                index[next] = 0;
                from -= axis.size * axis.from;
                to -= axis.size * axis.to;
            }
        }
    }
}

/// The two innermost axes.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
fn plane<T: Element, const ADD: bool>(rows: Axis, row: Axis, x: &[T], y: &mut [T]) {
    if row.to == 1 && rows.from == 1 && row.from != 1 {
        return transpose::<T, ADD>(rows, row, x, y);
    }
    for i in 0..rows.size {
        let (x, y) = (&x[i * rows.from..], &mut y[i * rows.to..]);
        match (row.from, row.to) {
            (1, 1) => put_all::<T, ADD>(&x[..row.size], &mut y[..row.size]),
            (0, 1) if !ADD => y[..row.size].fill(x[0]),
            (_, 0) if ADD => y[0] += (0..row.size).map(|j| x[j * row.from]).sum(),
            _ => {
                for j in 0..row.size {
                    put::<T, ADD>(x[j * row.from], &mut y[j * row.to]);
                }
            }
        }
    }
}

/// A plane whose columns are contiguous in x, and whose rows are in y.
#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
fn transpose<T: Element, const ADD: bool>(rows: Axis, row: Axis, x: &[T], y: &mut [T]) {
    let (whole_rows, whole_row) = (rows.size / TILE * TILE, row.size / TILE * TILE);
    for i in (0..whole_rows).step_by(TILE) {
        for j in (0..whole_row).step_by(TILE) {
            let tile: [[T; TILE]; TILE] = core::array::from_fn(|column| {
                let mut values = [T::ZERO; TILE];
                values.copy_from_slice(&x[(j + column) * row.from + i..][..TILE]);
                values
            });
            for line in 0..TILE {
                let values: [T; TILE] = core::array::from_fn(|column| tile[column][line]);
                put_all::<T, ADD>(&values, &mut y[(i + line) * rows.to + j..][..TILE]);
            }
        }
    }
    for i in 0..rows.size {
        let rest = if i < whole_rows { whole_row } else { 0 };
        let y = &mut y[i * rows.to..][..row.size];
        for j in rest..row.size {
            put::<T, ADD>(x[j * row.from + i], &mut y[j]);
        }
    }
}

#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
fn put_all<T: Element, const ADD: bool>(x: &[T], y: &mut [T]) {
    if ADD {
        for (x, y) in x.iter().zip(y) {
            *y += *x;
        }
    } else {
        y.copy_from_slice(x);
    }
}

#[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
#[inline(always)]
fn put<T: Element, const ADD: bool>(x: T, y: &mut T) {
    *y = if ADD { *y + x } else { x };
}
