//! Folding many values into few, in parts, so that the errors of sums stay small.
#![allow(clippy::inline_always, reason = "takes over its caller's processor features")]

use super::MAX_RANK;
use crate::element::Element;

/// Values that are folded side by side. Fixed, so that a sum has the same order on every processor.
pub(super) const LANES: usize = 32;

/// How many values are folded into one before that one is folded with others.
const PART: usize = 64;

/// A way to make one value of two.
pub(super) trait Fold<T> {
    /// What changes nothing.
    fn start() -> T;
    /// One value of two.
    fn fold(a: T, b: T) -> T;
}

/// a + b.
pub(super) struct Total;
/// The larger one, or NaN.
pub(super) struct Largest;
/// The smaller one, or NaN.
pub(super) struct Smallest;

impl<T: Element> Fold<T> for Total {
    #[inline(always)]
    fn start() -> T {
        T::ZERO
    }

    #[inline(always)]
    fn fold(a: T, b: T) -> T {
        a + b
    }
}

impl<T: Element> Fold<T> for Largest {
    #[inline(always)]
    fn start() -> T {
        -T::INFINITY
    }

    #[inline(always)]
    fn fold(a: T, b: T) -> T {
        a.maximum(b)
    }
}

impl<T: Element> Fold<T> for Smallest {
    #[inline(always)]
    fn start() -> T {
        T::INFINITY
    }

    #[inline(always)]
    fn fold(a: T, b: T) -> T {
        a.minimum(b)
    }
}

/// Rows of `W` values folded into one, in parts of parts of parts.
pub(super) struct Cascade<T, const W: usize> {
    levels: [[T; W]; 3],
    counts: [usize; 2],
}

impl<T: Element, const W: usize> Cascade<T, W> {
    #[inline(always)]
    pub(super) fn new<F: Fold<T>>() -> Self {
        Self { levels: [[F::start(); W]; 3], counts: [0; 2] }
    }

    #[inline(always)]
    pub(super) fn push<F: Fold<T>>(&mut self, values: &[T; W]) {
        fold_into::<F, T, W>(&mut self.levels[0], values);
        for level in 0..2 {
            self.counts[level] += 1;
            if self.counts[level] < PART {
                return;
            }
            self.counts[level] = 0;
            let full = core::mem::replace(&mut self.levels[level], [F::start(); W]);
            fold_into::<F, T, W>(&mut self.levels[level + 1], &full);
        }
    }

    #[inline(always)]
    pub(super) fn finish<F: Fold<T>>(self) -> [T; W] {
        let [first, second, mut third] = self.levels;
        fold_into::<F, T, W>(&mut third, &second);
        fold_into::<F, T, W>(&mut third, &first);
        third
    }
}

#[inline(always)]
fn fold_into<F: Fold<T>, T: Element, const W: usize>(into: &mut [T; W], values: &[T; W]) {
    for (into, value) in into.iter_mut().zip(values) {
        *into = F::fold(*into, *value);
    }
}

/// One row of `LANES` values of the rows of x, which begin `stride` elements after each other.
#[inline(always)]
fn fold_lanes<F: Fold<T>, T: Element>(x: &[T], rows: usize, stride: usize) -> [T; LANES] {
    if rows <= PART {
        return fold_part::<F, T>(x, rows, stride);
    }
    let mut cascade = Cascade::new::<F>();
    for first in (0..rows).step_by(PART) {
        let part = (rows - first).min(PART);
        cascade.push::<F>(&fold_part::<F, T>(&x[first * stride..], part, stride));
    }
    cascade.finish::<F>()
}

#[inline(always)]
fn fold_part<F: Fold<T>, T: Element>(x: &[T], rows: usize, stride: usize) -> [T; LANES] {
    let mut lanes = [F::start(); LANES];
    for row in 0..rows {
        let values = x[row * stride..].first_chunk::<LANES>().expect("the rows are as long");
        fold_into::<F, T, LANES>(&mut lanes, values);
    }
    lanes
}

/// All values of a row.
#[inline(always)]
pub(super) fn fold_row<F: Fold<T>, T: Element>(x: &[T]) -> T {
    let rows = x.len() / LANES;
    let mut total = F::start();
    if rows > 0 {
        let mut lanes = fold_lanes::<F, T>(x, rows, LANES);
        let mut half = LANES / 2;
        while half > 0 {
            for i in 0..half {
                lanes[i] = F::fold(lanes[i], lanes[i + half]);
            }
            half /= 2;
        }
        total = lanes[0];
    }
    x[rows * LANES..].iter().fold(total, |total, x| F::fold(total, *x))
}

/// The rows of a matrix `[rows, columns]` folded into one: its values from `column` on, as many as there are lanes.
#[inline(always)]
pub(super) fn fold_columns<F: Fold<T>, T: Element>(x: &[T], columns: usize, column: usize) -> [T; LANES] {
    let rows = x.len() / columns;
    if columns >= LANES {
        // The last lanes begin further left, so that they do not leave the matrix.
        let start = column.min(columns - LANES);
        let mut lanes = fold_lanes::<F, T>(&x[start..], rows, columns);
        lanes.copy_within(column - start.., 0);
        return lanes;
    }
    // As many rows as fit into the lanes are folded as one. What else is in the lanes is of no meaning.
    let together = LANES / columns;
    let stride = together * columns;
    let whole = x.len().checked_sub(LANES).map_or(0, |rest| rest / stride + 1).min(rows / together);
    let mut lanes = fold_lanes::<F, T>(x, whole, stride);
    for rest in x[whole * stride..].chunks(stride) {
        let mut padded = [F::start(); LANES];
        padded[..rest.len()].copy_from_slice(rest);
        fold_into::<F, T, LANES>(&mut lanes, &padded);
    }
    for row in 1..together {
        for column in 0..columns {
            lanes[column] = F::fold(lanes[column], lanes[row * columns + column]);
        }
    }
    lanes
}

/// Axes that are walked in row-major order, with the elements from one index to the next.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// Size and stride, innermost first.
    list: [(usize, usize); MAX_RANK],
    count: usize,
}

impl Steps {
    fn push(&mut self, size: usize, stride: usize) {
        self.list[self.count] = (size, stride);
        self.count += 1;
    }

    /// How many places the walk has.
    pub(super) fn places(&self) -> usize {
        self.list[..self.count].iter().map(|axis| axis.0).product()
    }

    /// The place of a number.
    #[inline(always)]
    pub(super) fn place(&self, number: usize) -> usize {
        let (mut place, mut rest) = (0, number);
        for (at, (size, stride)) in self.list[..self.count].iter().enumerate() {
            if at + 1 == self.count {
                return place + rest * stride;
            }
            place += rest % size * stride;
            rest /= size;
        }
        place
    }
}

/// How an array is folded: to each place of `kept` belong, at all places of `reduced`, matrices `[rows, columns]` whose
/// rows are folded.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub(super) kept: Steps,
    pub(super) reduced: Steps,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl Plan {
    /// From the sizes of the axes, outermost first, and whether they are reduced.
    pub(super) fn new(axes: impl DoubleEndedIterator<Item = (usize, bool)>) -> Self {
        // Neighbours that are both kept or both reduced are one axis. So kept and reduced axes take turns.
        let mut merged = [(1, false); MAX_RANK + 1];
        let mut count = 0;
        for (size, reduced) in axes.rev().filter(|axis| axis.0 != 1) {
            if count > 0 && merged[count - 1].1 == reduced {
                merged[count - 1].0 *= size;
            } else {
                merged[count] = (size, reduced);
                count += 1;
            }
        }
        let none = Steps { list: [(1, 0); MAX_RANK], count: 0 };
        let mut plan = Self { kept: none, reduced: none, rows: 1, columns: 1 };
        let mut stride = 1;
        for (at, (size, reduced)) in merged[..count].iter().copied().enumerate() {
            match (at, reduced) {
                (0, false) => plan.columns = size,
                (0 | 1, true) => plan.rows = size,
                (_, true) => plan.reduced.push(size, stride),
                (_, false) => plan.kept.push(size, stride),
            }
            stride *= size;
        }
        plan
    }

    /// Whether the values that belong together are a single row.
    pub(super) fn is_row(&self) -> bool {
        self.columns == 1 && self.reduced.count == 0
    }
}
