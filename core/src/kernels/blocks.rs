//! Runs the program of an elementwise loop on one block of values after the other.
#![allow(clippy::inline_always, reason = "takes over its caller's processor features")]

use core::mem::MaybeUninit;
use core::ops::Range;

use super::elementwise::{Binary, REGISTERS, Step, Unary};
use super::pointwise::{BLOCK, UNROLLED, activate_piece, activation_adjoint_piece, map};
use super::processor::per_processor;
use super::program::{Program, REGISTER};
use crate::activation::{Activation, Saved};
use crate::element::Element;

/// A register more than programs have: a result never goes where an argument of it is.
const SLOTS: usize = REGISTERS + 1;

/// The memory of the registers.
#[repr(align(64))]
struct Slots {
    _bytes: [u8; SLOTS * REGISTER],
}

/// No slot: the register's values are in an operand or in an output.
const ELSEWHERE: usize = SLOTS;

/// Where the registers' values are.
#[derive(Clone, Copy)]
struct Registers<T> {
    slots: *mut T,
    /// Values of a slot.
    size: usize,
    /// The slots that no register has, one bit for each.
    free: u32,
    slot: [usize; REGISTERS],
    values: [*const T; REGISTERS],
}

impl<T> Registers<T> {
    /// The first values of a register.
    ///
    /// # Safety
    ///
    /// The register has as many, and nobody changes them in the meantime.
    #[inline(always)]
    unsafe fn read<'a>(&self, register: usize, length: usize) -> &'a [T] {
        // SAFETY: The caller keeps the contract.
        unsafe { core::slice::from_raw_parts(self.values[register], length) }
    }

    /// A slot that no register has. There is one more of them than registers.
    #[inline(always)]
    fn take(&mut self) -> usize {
        let slot = self.free.trailing_zeros() as usize;
        self.free &= self.free - 1;
        slot
    }

    /// From now on, the register's values are there.
    #[inline(always)]
    fn put(&mut self, register: usize, slot: usize, values: *const T) {
        if self.slot[register] != ELSEWHERE {
            self.free |= 1 << self.slot[register];
        }
        self.slot[register] = slot;
        self.values[register] = values;
    }
}

per_processor! {
    pub(super) fn run_blocks<T: Element>(program: &Program<'_, T>, range: Range<usize>) {
        let (registers, size) = (program.registers(), program.block());
        let mut memory = MaybeUninit::<Slots>::uninit();
        let slots = memory.as_mut_ptr().cast::<T>();
        let used = size.min(range.len());
        for slot in 0..=registers {
            // SAFETY: The memory has that many slots, each with room for a block; floats of all bits 0 are 0.
            unsafe { slots.add(slot * size).write_bytes(0, used) };
        }
        let mut fixed = Registers {
            slots,
            size,
            free: (1 << (registers + 1)) - 1,
            slot: [ELSEWHERE; REGISTERS],
            values: [slots.cast_const(); REGISTERS],
        };
        for step in program.steps {
            if step.to().is_some_and(|to| program.is_fixed(to)) {
                // SAFETY: The block begins and ends in the range.
                unsafe { run(program, step, range.start, used, None, &mut fixed) };
            }
        }
        for start in range.clone().step_by(size) {
            let length = size.min(range.end - start);
            let mut registers = fixed;
            let mut steps = program.steps;
            while let [step, rest @ ..] = steps {
                steps = rest;
                if step.to().is_some_and(|to| program.is_fixed(to)) {
                    continue;
                }
                let mut output = None;
                if let [Step::Store { from, output: stored }, rest @ ..] = rest
                    && step.to() == Some(*from)
                    && !matches!(step, Step::Reload { .. })
                {
                    // What is stored next is computed where it goes.
                    output = Some(*stored);
                    steps = rest;
                }
                // SAFETY: The block begins and ends in the range.
                unsafe { run(program, step, start, length, output, &mut registers) };
            }
        }
    }
}

/// One step for one block, whose result goes to an output or to a slot.
///
/// # Safety
///
/// The block is a part of the loop that nobody else has, not longer than a slot. The steps before it were run.
#[inline(always)]
unsafe fn run<T: Element>(
    program: &Program<'_, T>,
    step: &Step<T>,
    start: usize,
    length: usize,
    output: Option<usize>,
    registers: &mut Registers<T>,
) {
    let Some(to) = step.to() else {
        if let Step::Store { from, output } = *step {
            // SAFETY: The output's block is this thread's, and nothing of it was stored before, so the register's values
            // are elsewhere.
            unsafe {
                let values = registers.read(from, length).as_ptr();
                core::ptr::copy_nonoverlapping(values, program.output(output, start), length);
            }
        }
        return;
    };
    if let (Step::Load { operand, .. }, None) = (step, output)
        && let Some(values) = program.slice(*operand, start, length)
    {
        return registers.put(to, ELSEWHERE, values.as_ptr());
    }
    let (slot, target) = if let Some(output) = output {
        // SAFETY: The block is inside the output.
        (ELSEWHERE, unsafe { program.output(output, start) })
    } else {
        let slot = registers.take();
        (slot, registers.slots.wrapping_add(slot * registers.size))
    };
    // SAFETY: No register is in the slot that was taken, or in the block of an output before it is stored. So the
    // target is nobody else's, and the arguments do not change.
    unsafe {
        let y = core::slice::from_raw_parts_mut(target, length);
        match *step {
            Step::Load { operand, .. } => match program.slice(operand, start, length) {
                Some(values) => y.copy_from_slice(values),
                None => program.gather(operand, start, y),
            },
            Step::Reload { output, .. } => {
                core::ptr::copy_nonoverlapping(program.output(output, start).cast_const(), target, length);
            }
            Step::Constant { value, .. } => y.fill(T::from_f64(value)),
            Step::Unary { function, from, .. } => unary(function, registers.read(from, length), y),
            Step::Binary { function, a, b, .. } => {
                binary(function, registers.read(a, length), registers.read(b, length), y);
            }
            Step::Select { a, b, c, .. } => {
                let (b, c) = (registers.read(b, length), registers.read(c, length));
                for (((y, a), b), c) in y.iter_mut().zip(registers.read(a, length)).zip(b).zip(c) {
                    *y = if *a == T::ZERO { *c } else { *b };
                }
            }
            Step::Store { .. } => {}
        }
    }
    registers.put(to, slot, target);
}

/// Sets each value of a slice to an expression of those of others. A macro, for the same reason as [`map!`].
macro_rules! each {
    ($y:ident, $a:ident => $result:expr) => {
        for (y, a) in $y.iter_mut().zip($a) {
            let $a = *a;
            *y = $result;
        }
    };
    ($y:ident, $a:ident, $b:ident => $result:expr) => {
        for ((y, a), b) in $y.iter_mut().zip($a).zip($b) {
            let ($a, $b) = (*a, *b);
            *y = $result;
        }
    };
}

#[inline(always)]
fn unary<T: Element>(function: Unary<T>, x: &[T], y: &mut [T]) {
    match function {
        Unary::Neg => each!(y, x => -x),
        Unary::Abs => each!(y, x => x.abs()),
        Unary::Sign => each!(y, x => x.sign()),
        Unary::Reciprocal => each!(y, x => T::ONE / x),
        Unary::Square | Unary::Powi(2) => each!(y, x => x * x),
        Unary::Floor => each!(y, x => x.floor()),
        Unary::Not => each!(y, x => truth(x == T::ZERO)),
        Unary::Activation(Activation::Relu) => each!(y, x => Activation::Relu.apply(x)),
        Unary::Activation(activation) => {
            y.copy_from_slice(x);
            activate_piece(activation, y);
        }
        Unary::Powi(power) => {
            y.copy_from_slice(x);
            for y in y.chunks_mut(BLOCK) {
                let mut padded = [T::ONE; BLOCK];
                padded[..y.len()].copy_from_slice(y);
                y.copy_from_slice(&whole_power(padded, power)[..y.len()]);
            }
        }
        // A rest of these is padded, for scalars would cost more than vectors.
        Unary::Sqrt => {
            y.copy_from_slice(x);
            map!(y, x => x.sqrt());
        }
        Unary::Rsqrt => {
            y.copy_from_slice(x);
            map!(y, x => T::ONE / x.sqrt());
        }
        Unary::Exp => {
            y.copy_from_slice(x);
            map!(y, x => x.exp());
        }
        Unary::Ln => {
            y.copy_from_slice(x);
            map!(y, x => x.ln());
        }
        Unary::Sin => {
            y.copy_from_slice(x);
            map!(y, x => x.sin());
        }
        Unary::Cos => {
            y.copy_from_slice(x);
            map!(y, x => x.cos());
        }
        Unary::Erf => {
            y.copy_from_slice(x);
            map!(y, x => x.erf());
        }
    }
}

#[inline(always)]
fn binary<T: Element>(function: Binary<T>, a: &[T], b: &[T], y: &mut [T]) {
    match function {
        Binary::Add => each!(y, a, b => a + b),
        Binary::Sub => each!(y, a, b => a - b),
        Binary::Mul => each!(y, a, b => a * b),
        Binary::Div => each!(y, a, b => a / b),
        Binary::Minimum => each!(y, a, b => a.minimum(b)),
        Binary::Maximum => each!(y, a, b => a.maximum(b)),
        Binary::Less => each!(y, a, b => truth(a < b)),
        Binary::LessEqual => each!(y, a, b => truth(a <= b)),
        Binary::Greater => each!(y, a, b => truth(a > b)),
        Binary::GreaterEqual => each!(y, a, b => truth(a >= b)),
        Binary::Equal => each!(y, a, b => truth(a == b)),
        Binary::NotEqual => each!(y, a, b => truth(a != b)),
        Binary::And => each!(y, a, b => truth(a != T::ZERO && b != T::ZERO)),
        Binary::Or => each!(y, a, b => truth(a != T::ZERO || b != T::ZERO)),
        Binary::Pow => {
            for ((y, a), b) in y.chunks_mut(BLOCK).zip(a.chunks(BLOCK)).zip(b.chunks(BLOCK)) {
                let (mut bases, mut powers) = ([T::ONE; BLOCK], [T::ONE; BLOCK]);
                bases[..a.len()].copy_from_slice(a);
                powers[..b.len()].copy_from_slice(b);
                for (base, power) in bases.iter_mut().zip(&powers) {
                    *base = base.powf(*power);
                }
                y.copy_from_slice(&bases[..y.len()]);
            }
        }
        Binary::ActivationAdjoint(Activation::Relu) => each!(y, a, b => a * Activation::Relu.derivative(b)),
        Binary::ActivationAdjoint(activation) => {
            y.copy_from_slice(a);
            if activation.saves() != Saved::Nothing {
                activation_adjoint_piece(activation, b, y);
            }
        }
    }
}

/// The same as [`Element::powi`], for many values at once.
#[inline(always)]
fn whole_power<T: Element>(mut square: [T; BLOCK], power: i32) -> [T; BLOCK] {
    let mut result = [T::ONE; BLOCK];
    let mut left = power.unsigned_abs();
    while left > 0 {
        for (result, square) in result.iter_mut().zip(&mut square) {
            if left & 1 == 1 {
                *result *= *square;
            }
            *square *= *square;
        }
        left >>= 1;
    }
    if power < 0 {
        for result in &mut result {
            *result = T::ONE / *result;
        }
    }
    result
}

/// 1 for true, 0 for false.
#[inline(always)]
fn truth<T: Element>(condition: bool) -> T {
    if condition { T::ONE } else { T::ZERO }
}
