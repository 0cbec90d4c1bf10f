//! Elementwise programs that look random, against a loop over values.

use std::vec;
use std::vec::Vec;

use super::{numbers, on_every_processor};
use crate::activation::Activation;
use crate::element::Element;
use crate::kernels::{Binary, Operand, REGISTERS, Step, Unary, elementwise};

/// Numbers that look random, as large as asked.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    /// A register that holds something.
    fn read(&mut self, written: &[usize]) -> usize {
        written[self.roll(written.len())]
    }
}

/// A program of so many steps, its operands' strides (the samples' first), and how many outputs it has.
fn random_program(dice: &mut Dice, samples: usize, dims: &[usize]) -> (Vec<Step<f64>>, Vec<Vec<usize>>, usize) {
    let (mut steps, mut operands, mut written) = (vec![], vec![], vec![]);
    let (outputs, mut stored) = (1 + dice.roll(3), 0);
    for at in 0..6 + dice.roll(20) {
        let to = dice.roll(REGISTERS);
        let (a, b, c) = if written.is_empty() {
            (0, 0, 0)
        } else {
            (dice.read(&written), dice.read(&written), dice.read(&written))
        };
        let step = match dice.roll(9) {
            0 | 1 => {
                let mut strides = vec![];
                let mut stride = if dice.roll(4) == 0 { 2 } else { 1 };
                for size in core::iter::once(&samples).chain(dims).rev() {
                    let broadcast = dice.roll(3) == 0;
                    strides.push(if broadcast { 0 } else { stride });
                    stride *= if broadcast { 1 } else { *size };
                }
                strides.reverse();
                operands.push(strides);
                Step::Load { operand: operands.len() - 1, to }
            }
            2 => Step::Constant { value: at as f64 / 8.0, to },
            3 if stored < outputs => Step::Reload { output: stored + dice.roll(outputs - stored), to },
            _ if written.is_empty() => continue,
            4 if stored + 1 < outputs => {
                stored += 1;
                Step::Store { from: a, output: stored - 1 }
            }
            5 => Step::Unary {
                function: [Unary::Neg, Unary::Floor, Unary::Cos, Unary::Activation(Activation::Relu)][dice.roll(4)],
                from: a,
                to,
            },
            6 => Step::Select { a, b, c, to },
            _ => {
                let functions = [Binary::Add, Binary::Sub, Binary::Mul, Binary::Maximum, Binary::Less];
                Step::Binary { function: functions[dice.roll(10) % 7 % 5], a, b, to }
            }
        };
        written.extend(step_target(&step));
        steps.push(step);
    }
    if written.is_empty() {
        steps.push(Step::Constant { value: 0.5, to: 0 });
        written.push(0);
    }
    for output in stored..outputs {
        steps.push(Step::Store { from: dice.read(&written), output });
    }
    (steps, operands, outputs)
}

fn step_target(step: &Step<f64>) -> Option<usize> {
    match *step {
        Step::Load { to, .. }
        | Step::Reload { to, .. }
        | Step::Constant { to, .. }
        | Step::Unary { to, .. }
        | Step::Binary { to, .. }
        | Step::Select { to, .. } => Some(to),
        Step::Store { .. } => None,
    }
}

/// The program, value by value.
#[allow(clippy::needless_range_loop, reason = "a number of values, of which the outputs are only some")]
fn naive(
    samples: usize,
    dims: &[usize],
    arrays: &[(Vec<f64>, Vec<usize>)],
    steps: &[Step<f64>],
    outputs: &mut [Vec<f64>],
) {
    let sizes = [&[samples], dims].concat();
    for at in 0..samples * dims.iter().product::<usize>() {
        let mut registers = [0.0_f64; REGISTERS];
        for step in steps {
            let value = |register: usize| registers[register];
            let result = match *step {
                Step::Load { operand, .. } => {
                    let (values, strides) = &arrays[operand];
                    let (mut place, mut rest) = (0, at);
                    for (size, stride) in strides.iter().enumerate().rev().map(|(axis, stride)| (sizes[axis], stride)) {
                        place += rest % size * stride;
                        rest /= size;
                    }
                    values[place]
                }
                Step::Reload { output, .. } => outputs[output][at],
                Step::Constant { value, .. } => value,
                Step::Unary { function, from, .. } => match function {
                    Unary::Neg => -value(from),
                    Unary::Floor => value(from).floor(),
                    Unary::Activation(relu) => relu.apply(value(from)),
                    _ => Element::cos(value(from)),
                },
                Step::Binary { function, a, b, .. } => match function {
                    Binary::Add => value(a) + value(b),
                    Binary::Sub => value(a) - value(b),
                    Binary::Mul => value(a) * value(b),
                    Binary::Maximum => Element::maximum(value(a), value(b)),
                    _ => f64::from(value(a) < value(b)),
                },
                Step::Select { a, b, c, .. } => {
                    if value(a) == 0.0 {
                        value(c)
                    } else {
                        value(b)
                    }
                }
                Step::Store { from, output } => {
                    outputs[output][at] = value(from);
                    continue;
                }
            };
            registers[step_target(step).unwrap()] = result;
        }
    }
}

fn check_random_programs(rounds: u64) {
    for seed in 0..rounds {
        let mut dice = Dice(seed);
        let samples = 1 + dice.roll(5);
        let dims: Vec<usize> = (0..dice.roll(5)).map(|_| [1, 2, 3, 7, 16, 33, 70][dice.roll(7)]).collect();
        let values = samples * dims.iter().product::<usize>();
        if values > 40_000 {
            continue;
        }
        let (steps, operands, outputs) = random_program(&mut dice, samples, &dims);
        let sizes = || core::iter::once(&samples).chain(&dims);
        let arrays: Vec<(Vec<f64>, Vec<usize>)> = (1..)
            .zip(operands)
            .map(|(seed, strides)| {
                let last: usize = sizes().zip(&strides).map(|(size, stride)| (size - 1) * stride).sum();
                (numbers(seed, last + 1), strides)
            })
            .collect();
        let operands: Vec<Operand<'_, f64>> = arrays
            .iter()
            .map(|(values, strides)| Operand { values, sample: strides[0], strides: &strides[1..] })
            .collect();
        let mut actual: Vec<Vec<f64>> = (0..outputs).map(|output| numbers(100 + output as u64, values)).collect();
        let mut expected = actual.clone();
        naive(samples, &dims, &arrays, &steps, &mut expected);
        let mut slices: Vec<&mut [f64]> = actual.iter_mut().map(Vec::as_mut_slice).collect();
        elementwise(samples, &dims, &operands, &steps, &mut slices);
        let bits = |outputs: &[Vec<f64>]| -> Vec<u64> { outputs.iter().flatten().map(|y| y.to_bits()).collect() };
        assert!(bits(&actual) == bits(&expected), "seed {seed}: {samples} of {dims:?}, {steps:?}, {operands:?}");
    }
}

/// Registers that are used again, broadcast operands, outputs that are read: whatever comes.
#[test]
fn programs_are_the_naive_loop() {
    on_every_processor(|| check_random_programs(3000));
}
