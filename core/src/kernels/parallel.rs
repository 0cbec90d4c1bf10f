//! Splitting elementwise work over threads, in pieces that do not depend on how many there are.

use core::ops::Range;

/// Something with elements that can be cut in two: a slice, a range, or several of them side by side.
pub(crate) trait Split: Sized + Send {
    /// The number of elements.
    fn len(&self) -> usize;
    /// The elements before `middle` and those from it on.
    fn split(self, middle: usize) -> (Self, Self);
}

impl<T: Sync> Split for &[T] {
    fn len(&self) -> usize {
        <[T]>::len(self)
    }

    fn split(self, middle: usize) -> (Self, Self) {
        self.split_at(middle)
    }
}

impl<T: Send> Split for &mut [T] {
    fn len(&self) -> usize {
        <[T]>::len(self)
    }

    fn split(self, middle: usize) -> (Self, Self) {
        self.split_at_mut(middle)
    }
}

impl Split for Range<usize> {
    fn len(&self) -> usize {
        ExactSizeIterator::len(self)
    }

    fn split(self, middle: usize) -> (Self, Self) {
        let middle = self.start + middle;
        (self.start..middle, middle..self.end)
    }
}

impl<A: Split, B: Split> Split for (A, B) {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn split(self, middle: usize) -> (Self, Self) {
        let (a, b) = (self.0.split(middle), self.1.split(middle));
        ((a.0, b.0), (a.1, b.1))
    }
}

/// A matrix whose elements are its rows: it is cut between two of them.
pub(crate) struct Rows<S> {
    width: usize,
    elements: S,
}

impl<S> Rows<S> {
    /// Rows of `width` elements.
    pub(crate) fn new(width: usize, elements: S) -> Self {
        Self { width, elements }
    }

    /// All rows' elements.
    pub(crate) fn elements(self) -> S {
        self.elements
    }
}

impl<S: Split> Split for Rows<S> {
    fn len(&self) -> usize {
        self.elements.len() / self.width
    }

    fn split(self, middle: usize) -> (Self, Self) {
        let (left, right) = self.elements.split(middle * self.width);
        (Self::new(self.width, left), Self::new(self.width, right))
    }
}

/// Calls `each` for pieces of the elements, on the threads of the pool that the caller runs in.
///
/// A piece starts at a multiple of `grain`. Few elements, or none of a pool, give one call with all of them. `each`
/// gets the index of its first element.
pub(crate) fn split<S: Split>(elements: S, grain: usize, each: &(impl Fn(usize, S) + Sync)) {
    if threads() && elements.len() >= 2 * grain {
        halve(0, elements, grain, each);
    } else {
        each(0, elements);
    }
}

fn halve<S: Split>(start: usize, elements: S, grain: usize, each: &(impl Fn(usize, S) + Sync)) {
    let pieces = elements.len().div_ceil(grain);
    if pieces <= 1 {
        return each(start, elements);
    }
    let middle = pieces / 2 * grain;
    let (left, right) = elements.split(middle);
    join(|| halve(start, left, grain, each), || halve(start + middle, right, grain, each));
}

/// Σ of `each` over pieces of `grain` elements, always summed in the same order: halves of halves.
pub(crate) fn sum<S: Split, T: crate::element::Element>(
    elements: S,
    grain: usize,
    each: &(impl Fn(S) -> T + Sync),
) -> T {
    fold(elements, grain, each, &|a, b| a + b)
}

/// What `both` makes of the results of `each` for pieces of `grain` elements, always in the same order: halves of halves.
pub(crate) fn fold<S: Split, T: Send>(
    elements: S,
    grain: usize,
    each: &(impl Fn(S) -> T + Sync),
    both: &(impl Fn(T, T) -> T + Sync),
) -> T {
    let pieces = elements.len().div_ceil(grain);
    if pieces <= 1 {
        return each(elements);
    }
    let (left, right) = elements.split(pieces / 2 * grain);
    let (a, b) = if threads() {
        join(|| fold(left, grain, each, both), || fold(right, grain, each, both))
    } else {
        (fold(left, grain, each, both), fold(right, grain, each, both))
    };
    both(a, b)
}

/// Whether the caller runs in a pool. From outside, handing work to a pool would allocate.
pub(crate) fn threads() -> bool {
    #[cfg(feature = "std")]
    {
        rayon::current_thread_index().is_some() && rayon::current_num_threads() > 1
    }
    #[cfg(not(feature = "std"))]
    false
}

/// Both results; at the same time where there is a pool.
pub(crate) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    #[cfg(feature = "std")]
    {
        rayon::join(a, b)
    }
    #[cfg(not(feature = "std"))]
    {
        (a(), b())
    }
}
