//! What an elementwise loop knows before it starts: its checked program, and how its operands lie in memory.

use super::MAX_RANK;
use super::elementwise::{Operand, REGISTERS, Step};

/// Bytes of a register: all together stay in the first-level cache, and the dispatch of a step is little beside it.
pub(super) const REGISTER: usize = if cfg!(feature = "std") { 4096 } else { 256 };

/// One for each axis, and one for the samples.
const AXES: usize = MAX_RANK + 1;

/// A program, its operands and its outputs. Only [`Program::new`] makes one, so registers are written before they are
/// read, every output is written once, and all places that the loop reaches are inside the arrays.
pub struct Program<'a, T> {
    pub(super) steps: &'a [Step<T>],
    operands: &'a [Operand<'a, T>],
    outputs: *const *mut [T],
    /// The loop's axes, of which those are one that all operands walk like one. The strides are those of the innermost
    /// of them, by its number; 0 is the samples'.
    sizes: [usize; AXES],
    axes: [usize; AXES],
    count: usize,
    values: usize,
    block: usize,
    /// The registers that hold the same in all blocks, one bit for each.
    fixed: u8,
}

// SAFETY: Threads share a program only to compute ranges that do not overlap, and all that they share else is read.
unsafe impl<T: Send + Sync> Sync for Program<'_, T> {}

impl<'a, T: Copy> Program<'a, T> {
    pub(super) fn new(
        samples: usize,
        dims: &[usize],
        operands: &'a [Operand<'a, T>],
        steps: &'a [Step<T>],
        outputs: &mut [&mut [T]],
    ) -> Self {
        assert!(dims.len() <= MAX_RANK, "an array has at most {MAX_RANK} axes");
        assert!(operands.iter().all(|operand| operand.strides.len() == dims.len()), "one stride for each axis");
        let values = dims.iter().try_fold(samples, |values, dim| values.checked_mul(*dim)).expect("too many values");
        assert!(outputs.iter().all(|output| output.len() == values), "an output has samples · Π dims values");
        check(steps, operands.len(), outputs.len());
        let mut program = Self {
            steps,
            operands,
            outputs: outputs.as_mut_ptr().cast_const().cast(),
            sizes: [1; AXES],
            axes: [0; AXES],
            count: 0,
            values,
            block: 0,
            fixed: 0,
        };
        let axes = || core::iter::once(samples).chain(dims.iter().copied()).enumerate();
        if values > 0 {
            for operand in operands {
                let mut places = axes().map(|(axis, size)| (size - 1).checked_mul(stride(operand, axis)));
                let last = places.try_fold(0_usize, |last, place| last.checked_add(place?));
                assert!(last.is_some_and(|last| last < operand.values.len()), "an operand is too short");
            }
        }
        for (axis, size) in axes().filter(|axis| axis.1 != 1) {
            program.push(axis, size);
        }
        // Where the innermost axis fits, a block is a whole number of them, so that all begin at the same place in it.
        let (most, inner) = (REGISTER / size_of::<T>(), program.inner());
        program.block = if inner <= most { most / inner.max(1) * inner.max(1) } else { most };
        program.fixed = program.find_fixed();
        program
    }

    /// Adds an axis inside of the others.
    fn push(&mut self, axis: usize, size: usize) {
        let last = self.count.wrapping_sub(1);
        let continues = |operand: &Operand<'_, T>| {
            size.checked_mul(stride(operand, axis)) == Some(stride(operand, self.axes[last]))
        };
        if self.count > 0 && self.operands.iter().all(continues) {
            self.sizes[last] *= size;
            self.axes[last] = axis;
        } else {
            self.sizes[self.count] = size;
            self.axes[self.count] = axis;
            self.count += 1;
        }
    }

    /// The registers that only one step writes, with the same values for each block.
    fn find_fixed(&self) -> u8 {
        let (mut once, mut twice, mut same) = (0, 0, 0);
        for step in self.steps {
            if let Some(to) = step.to() {
                twice |= once & 1 << to;
                once |= 1 << to;
                same |= u8::from(self.is_same(step)) << to;
            }
        }
        same & !twice
    }

    /// Whether a step gives the same values for each block.
    fn is_same(&self, step: &Step<T>) -> bool {
        match step {
            Step::Constant { .. } => true,
            Step::Load { operand, .. } => {
                let operand = &self.operands[*operand];
                self.repeats(operand) && (self.inner() <= self.block || self.stride(operand, self.count - 1) == 0)
            }
            _ => false,
        }
    }

    /// How many values each output has.
    pub(super) fn values(&self) -> usize {
        self.values
    }

    /// How many values a block has.
    pub(super) fn block(&self) -> usize {
        self.block
    }

    /// Whether a register holds the same in all blocks.
    pub(super) fn is_fixed(&self, register: usize) -> bool {
        self.fixed >> register & 1 == 1
    }

    /// How many registers are in use.
    pub(super) fn registers(&self) -> usize {
        self.steps.iter().filter_map(Step::to).max().map_or(0, |last| last + 1)
    }

    /// Values of the innermost axis.
    fn inner(&self) -> usize {
        if self.count == 0 { 1 } else { self.sizes[self.count - 1] }
    }

    fn stride(&self, operand: &Operand<'_, T>, axis: usize) -> usize {
        stride(operand, self.axes[axis])
    }

    /// Whether the operand is the same for all indices of the outer axes.
    fn repeats(&self, operand: &Operand<'_, T>) -> bool {
        let outer = self.count.max(1) - 1;
        self.count != 1 && (0..outer).all(|axis| self.stride(operand, axis) == 0) || self.is_scalar(operand)
    }

    fn is_scalar(&self, operand: &Operand<'_, T>) -> bool {
        (0..self.count).all(|axis| self.stride(operand, axis) == 0)
    }

    /// The operand's values for a range of the loop, if they follow each other.
    #[inline]
    pub(super) fn slice(&self, operand: usize, start: usize, length: usize) -> Option<&'a [T]> {
        let operand = &self.operands[operand];
        let mut expected = 1;
        for axis in (0..self.count).rev() {
            if self.stride(operand, axis) != expected {
                return None;
            }
            expected *= self.sizes[axis];
        }
        Some(&operand.values[start..][..length])
    }

    /// Gathers the operand's values for a range of the loop.
    #[inline]
    pub(super) fn gather(&self, operand: usize, start: usize, to: &mut [T]) {
        let operand = &self.operands[operand];
        if self.is_scalar(operand) {
            return to.fill(operand.values[0]);
        }
        // The innermost axis, from the index on at which the range starts, and the indices of the others.
        let last = self.count - 1;
        let (inner, step) = (self.sizes[last], self.stride(operand, last));
        let (mut index, mut rest) = ([0; AXES], start);
        let mut place = 0;
        for axis in (0..self.count).rev() {
            index[axis] = rest % self.sizes[axis];
            rest /= self.sizes[axis];
            if axis < last {
                place += index[axis] * self.stride(operand, axis);
            }
        }
        let period = if index[last] == 0 && self.repeats(operand) { inner } else { usize::MAX };
        let (mut first, mut done) = (index[last], 0);
        while done < to.len() {
            if done == period {
                return repeat(to, period);
            }
            let values = &operand.values[place..];
            let run = (inner - first).min(to.len() - done);
            let to = &mut to[done..][..run];
            match step {
                0 => to.fill(values[0]),
                1 => to.copy_from_slice(&values[first..][..run]),
                _ => {
                    for (to, value) in to.iter_mut().zip(values[first * step..].iter().step_by(step)) {
                        *to = *value;
                    }
                }
            }
            done += run;
            first = 0;
            for axis in (0..last).rev() {
                let stride = self.stride(operand, axis);
                index[axis] += 1;
                place += stride;
                if index[axis] < self.sizes[axis] {
                    break;
                }
                index[axis] = 0;
                place -= self.sizes[axis] * stride;
            }
        }
    }

    /// Where an output's value of a number is.
    ///
    /// # Safety
    ///
    /// The number is less than [`values`](Program::values).
    pub(super) unsafe fn output(&self, output: usize, number: usize) -> *mut T {
        // SAFETY: The check found all outputs of the steps to be there, and each has that many values.
        unsafe { (*self.outputs.add(output)).cast::<T>().add(number) }
    }
}

/// Elements of an operand from one index of an axis to the next; axis 0 is the samples.
fn stride<T>(operand: &Operand<'_, T>, axis: usize) -> usize {
    if axis == 0 { operand.sample } else { operand.strides[axis - 1] }
}

/// Repeats the first values until the slice is full.
fn repeat<T: Copy>(values: &mut [T], mut period: usize) {
    while period < values.len() {
        let (done, rest) = values.split_at_mut(period);
        let more = rest.len().min(period);
        rest[..more].copy_from_slice(&done[..more]);
        period += more;
    }
}

impl<T> Step<T> {
    /// The register that the step writes.
    pub(super) fn to(&self) -> Option<usize> {
        match self {
            Self::Load { to, .. }
            | Self::Reload { to, .. }
            | Self::Constant { to, .. }
            | Self::Unary { to, .. }
            | Self::Binary { to, .. }
            | Self::Select { to, .. } => Some(*to),
            Self::Store { .. } => None,
        }
    }
}

/// Panics unless registers are written before they are read, and each output is stored once, after it is read.
fn check<T>(steps: &[Step<T>], operands: usize, outputs: usize) {
    assert!(outputs <= 64, "a program has at most 64 outputs");
    let (mut written, mut stored) = (0_u8, 0_u64);
    for step in steps {
        let read = |register: usize| {
            assert!(register < REGISTERS && written >> register & 1 == 1, "register {register} holds nothing");
        };
        match *step {
            Step::Load { operand, .. } => assert!(operand < operands, "there is no operand {operand}"),
            Step::Reload { output, .. } => {
                assert!(output < outputs && stored >> output & 1 == 0, "output {output} cannot be read");
            }
            Step::Constant { .. } => {}
            Step::Unary { from, .. } => read(from),
            Step::Binary { a, b, .. } => [a, b].into_iter().for_each(read),
            Step::Select { a, b, c, .. } => [a, b, c].into_iter().for_each(read),
            Step::Store { from, output } => {
                read(from);
                assert!(output < outputs && stored >> output & 1 == 0, "output {output} cannot be stored");
                stored |= 1 << output;
            }
        }
        if let Some(to) = step.to() {
            assert!(to < REGISTERS, "there is no register {to}");
            written |= 1 << to;
        }
    }
    assert_eq!(stored.count_ones() as usize, outputs, "every output is stored");
}
