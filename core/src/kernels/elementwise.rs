//! A chain of elementwise operations as one loop: a small program that runs over blocks of values.

use super::blocks::run_blocks;
use super::compiled::compiled;
use super::parallel;
use super::program::Program;
use crate::activation::Activation;
use crate::element::Element;

/// Values that a thread takes at a time, about 15 µs of the slower functions.
const GRAIN: usize = 1 << 15;

/// An array as an elementwise loop reads it. Its values start at index 0 of all axes.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a, T> {
    /// The array.
    pub values: &'a [T],
    /// Elements from one sample to the next; 0 where all samples share the array.
    pub sample: usize,
    /// For each axis of the loop, elements from one index to the next; 0 where the array is broadcast.
    pub strides: &'a [usize],
}

/// One step of a program. `to`, `from`, `a`, `b` and `c` are numbers of registers, less than [`REGISTERS`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<T> {
    /// The values of an operand.
    Load {
        /// Which operand.
        operand: usize,
        /// The register that gets them.
        to: usize,
    },
    /// What an output held before the loop; comes before the output's [`Store`](Step::Store).
    Reload {
        /// Which output.
        output: usize,
        /// The register that gets it.
        to: usize,
    },
    /// The same value everywhere.
    Constant {
        /// The value, rounded to the element type: as a literal it keeps the program a constant of the compiler.
        value: f64,
        /// The register that gets it.
        to: usize,
    },
    /// f(x).
    Unary {
        /// f.
        function: Unary<T>,
        /// The register of x.
        from: usize,
        /// The register of the result.
        to: usize,
    },
    /// f(a, b).
    Binary {
        /// f.
        function: Binary<T>,
        /// The register of a.
        a: usize,
        /// The register of b.
        b: usize,
        /// The register of the result.
        to: usize,
    },
    /// b where a is not 0, else c.
    Select {
        /// The register of the condition.
        a: usize,
        /// The register of the values where it holds.
        b: usize,
        /// The register of the others.
        c: usize,
        /// The register of the result.
        to: usize,
    },
    /// The register becomes the output. Every output is stored once.
    Store {
        /// The register.
        from: usize,
        /// Which output.
        output: usize,
    },
}

/// A function of one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unary<T> {
    /// -x.
    Neg,
    /// |x|.
    Abs,
    /// -1, 0 or 1.
    Sign,
    /// √x.
    Sqrt,
    /// 1 / √x.
    Rsqrt,
    /// 1 / x.
    Reciprocal,
    /// x².
    Square,
    /// eˣ.
    Exp,
    /// The natural logarithm.
    Ln,
    /// The sine.
    Sin,
    /// The cosine.
    Cos,
    /// The largest whole number that is not greater.
    Floor,
    /// The error function.
    Erf,
    /// 1 where x is 0, else 0.
    Not,
    /// x to a whole power.
    Powi(i32),
    /// An activation: tanh, sigmoid, relu and so on.
    Activation(Activation<T>),
}

/// A function of two values. A condition is 1 where it holds, else 0; every value but 0 counts as one that holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Binary<T> {
    /// a + b.
    Add,
    /// a - b.
    Sub,
    /// a b.
    Mul,
    /// a / b.
    Div,
    /// a to the power b.
    Pow,
    /// The smaller one; NaN where one is NaN.
    Minimum,
    /// The larger one; NaN where one is NaN.
    Maximum,
    /// a < b.
    Less,
    /// a ≤ b.
    LessEqual,
    /// a > b.
    Greater,
    /// a ≥ b.
    GreaterEqual,
    /// a = b.
    Equal,
    /// a ≠ b.
    NotEqual,
    /// Both hold.
    And,
    /// At least one holds.
    Or,
    /// a f'(b), the adjoint of an activation: a is dy, b is what [`Activation::saves`] says.
    ActivationAdjoint(Activation<T>),
}

/// How many registers a program has.
pub const REGISTERS: usize = 8;

/// Runs a program for all indices of `dims` in all samples.
///
/// Every output has samples · Π dims values that follow each other (`samples` is 1 where the result is shared). The
/// program runs on blocks of some hundred values, so what a step computes is still in the cache at the next one.
///
/// ```
/// use katachi_core::kernels::{Binary, Operand, Step, elementwise};
///
/// // x + b for two samples of three values.
/// let x = Operand { values: &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], sample: 3, strides: &[1] };
/// let b = Operand { values: &[10.0, 20.0, 30.0], sample: 0, strides: &[1] };
/// let program = [
///     Step::Load { operand: 0, to: 0 },
///     Step::Load { operand: 1, to: 1 },
///     Step::Binary { function: Binary::Add, a: 0, b: 1, to: 0 },
///     Step::Store { from: 0, output: 0 },
/// ];
/// let mut y = [0.0; 6];
/// elementwise(2, &[3], &[x, b], &program, &mut [&mut y]);
/// assert_eq!(y, [11.0, 22.0, 33.0, 14.0, 25.0, 36.0]);
/// ```
pub fn elementwise<T: Element>(
    samples: usize,
    dims: &[usize],
    operands: &[Operand<'_, T>],
    program: &[Step<T>],
    outputs: &mut [&mut [T]],
) {
    start(samples, dims, operands, program, outputs);
}

compiled! {
    fn start<T: Element>(
        samples: usize,
        dims: &[usize],
        operands: &[Operand<'_, T>],
        program: &[Step<T>],
        outputs: &mut [&mut [T]],
    ) {
        let program = Program::new(samples, dims, operands, program, outputs);
        if program.values() == 0 {
            return;
        }
        // Every piece begins with a block.
        let grain = GRAIN.next_multiple_of(program.block());
        parallel::split(0..program.values(), grain, &|_, range| run_blocks(&program, range));
    }
}
