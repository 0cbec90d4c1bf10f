//! A chain of elementwise operations as one loop: a small program that runs over blocks of values.

use crate::activation::Activation;
use crate::element::Element;

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
        /// The value.
        value: T,
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
/// Every output has samples · Π dims values that follow each other (`samples` is 1 where the result is shared).
pub fn elementwise<T: Element>(
    samples: usize,
    dims: &[usize],
    operands: &[Operand<'_, T>],
    program: &[Step<T>],
    outputs: &mut [&mut [T]],
) {
    let size: usize = dims.iter().product();
    for at in 0..samples * size {
        let mut registers = [T::ZERO; REGISTERS];
        for step in program {
            match *step {
                Step::Load { operand, to } => {
                    let operand = &operands[operand];
                    let (mut index, mut rest) = (at / size * operand.sample, at % size);
                    for (dim, stride) in dims.iter().zip(operand.strides).rev() {
                        index += rest % dim * stride;
                        rest /= dim;
                    }
                    registers[to] = operand.values[index];
                }
                Step::Reload { output, to } => registers[to] = outputs[output][at],
                Step::Constant { value, to } => registers[to] = value,
                Step::Unary { function, from, to } => registers[to] = function.apply(registers[from]),
                Step::Binary { function, a, b, to } => registers[to] = function.apply(registers[a], registers[b]),
                Step::Select { a, b, c, to } => {
                    registers[to] = if registers[a] == T::ZERO { registers[c] } else { registers[b] };
                }
                Step::Store { from, output } => outputs[output][at] = registers[from],
            }
        }
    }
}

/// 1 for true.
fn truth<T: Element>(condition: bool) -> T {
    if condition { T::ONE } else { T::ZERO }
}

impl<T: Element> Unary<T> {
    /// The function of one value.
    pub fn apply(self, x: T) -> T {
        match self {
            Self::Neg => -x,
            Self::Abs => x.abs(),
            Self::Sign => x.sign(),
            Self::Sqrt => x.sqrt(),
            Self::Rsqrt => T::ONE / x.sqrt(),
            Self::Reciprocal => T::ONE / x,
            Self::Square => x * x,
            Self::Exp => x.exp(),
            Self::Ln => x.ln(),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Floor => x.floor(),
            Self::Erf => x.erf(),
            Self::Not => truth(x == T::ZERO),
            Self::Powi(n) => x.powi(n),
            Self::Activation(f) => f.apply(x),
        }
    }
}

impl<T: Element> Binary<T> {
    /// The function of two values.
    pub fn apply(self, a: T, b: T) -> T {
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div => a / b,
            Self::Pow => a.powf(b),
            Self::Minimum => a.minimum(b),
            Self::Maximum => a.maximum(b),
            Self::Less => truth(a < b),
            Self::LessEqual => truth(a <= b),
            Self::Greater => truth(a > b),
            Self::GreaterEqual => truth(a >= b),
            Self::Equal => truth(a == b),
            Self::NotEqual => truth(a != b),
            Self::And => truth(a != T::ZERO && b != T::ZERO),
            Self::Or => truth(a != T::ZERO || b != T::ZERO),
            Self::ActivationAdjoint(f) => a * f.derivative(b),
        }
    }
}
