//! Elementwise programs.

use std::vec;
use std::vec::Vec;

use super::{assert_close, numbers, on_every_processor};
use crate::activation::Activation;
use crate::element::Element;
use crate::kernels::{Binary, Operand, REGISTERS, Step, Unary, activate, activation_adjoint, elementwise};

/// Lengths of one block, of several, and of rests.
fn lengths() -> impl Iterator<Item = usize> {
    (1..40).chain([64, 65, 255, 256, 257, 511, 512, 513, 1100])
}

fn unary<T: Element>(function: Unary<T>, x: &[T]) -> Vec<T> {
    let mut y = vec![T::from_f64(9.0); x.len()];
    let operand = Operand { values: x, sample: 0, strides: &[1] };
    let program = [
        Step::Load { operand: 0, to: 3 },
        Step::Unary { function, from: 3, to: 3 },
        Step::Store { from: 3, output: 0 },
    ];
    elementwise(1, &[x.len()], &[operand], &program, &mut [&mut y]);
    y
}

fn binary<T: Element>(function: Binary<T>, a: &[T], b: &[T]) -> Vec<T> {
    let mut y = vec![T::from_f64(9.0); a.len()];
    let operands = [a, b].map(|values| Operand { values, sample: 0, strides: &[1] });
    let program = [
        Step::Load { operand: 0, to: 0 },
        Step::Load { operand: 1, to: 1 },
        Step::Binary { function, a: 0, b: 1, to: 1 },
        Step::Store { from: 1, output: 0 },
    ];
    elementwise(1, &[a.len()], &operands, &program, &mut [&mut y]);
    y
}

/// A function of one value, and the standard library's; and whether negative arguments are left out.
type One<T> = (Unary<T>, fn(f64) -> f64, bool);

/// A function of two values, and the same in the standard library's terms.
type Two<T> = (Binary<T>, fn(f64, f64) -> f64);

fn functions<T: Element>() -> Vec<One<T>> {
    vec![
        (Unary::Neg, |x| -x, false),
        (Unary::Abs, f64::abs, false),
        (Unary::Sign, |x| if x == 0.0 { 0.0 } else { x.signum() }, false),
        (Unary::Sqrt, f64::sqrt, true),
        (Unary::Rsqrt, |x| 1.0 / x.sqrt(), true),
        (Unary::Reciprocal, |x| 1.0 / x, true),
        (Unary::Square, |x| x * x, false),
        (Unary::Exp, f64::exp, false),
        (Unary::Ln, f64::ln, true),
        (Unary::Sin, f64::sin, false),
        (Unary::Cos, f64::cos, false),
        (Unary::Floor, f64::floor, false),
        (Unary::Not, |x| f64::from(x == 0.0), false),
        (Unary::Powi(2), |x| x * x, false),
        (Unary::Powi(7), |x| x.powi(7), false),
        (Unary::Powi(-3), |x| x.powi(-3), true),
        (Unary::Powi(0), |_| 1.0, false),
        (Unary::Activation(Activation::Relu), |x| x.max(0.0), false),
        (Unary::Activation(Activation::Tanh), f64::tanh, false),
        (Unary::Activation(Activation::Sigmoid), |x| 1.0 / (1.0 + (-x).exp()), false),
        (Unary::Activation(Activation::Linear), |x| x, false),
    ]
}

fn check_unary<T: Element>(tolerance: f64) {
    for (function, expected, positive) in functions::<T>() {
        for length in lengths() {
            let mut x = numbers::<T>(1, length);
            for x in &mut x {
                *x = if positive { x.abs() + T::from_f64(0.1) } else { *x * T::from_f64(3.0) };
            }
            x[length / 2] = if positive { T::ONE } else { T::ZERO };
            let expected: Vec<f64> = x.iter().map(|x| expected(x.to_f64())).collect();
            assert_close(&std::format!("{function:?}"), &unary(function, &x), &expected, tolerance);
        }
    }
}

#[test]
fn functions_of_one_value_are_the_standard_library_s() {
    on_every_processor(|| {
        check_unary::<f32>(1e-6);
        check_unary::<f64>(4e-15);
    });
}

#[allow(clippy::float_cmp, reason = "it is what is tested")]
fn functions_of_two<T: Element>() -> Vec<Two<T>> {
    vec![
        (Binary::Add, |a, b| a + b),
        (Binary::Sub, |a, b| a - b),
        (Binary::Mul, |a, b| a * b),
        (Binary::Div, |a, b| a / b),
        (Binary::Pow, |a, b| a.abs().powf(b)),
        (Binary::Minimum, f64::min),
        (Binary::Maximum, f64::max),
        (Binary::Less, |a, b| f64::from(a < b)),
        (Binary::LessEqual, |a, b| f64::from(a <= b)),
        (Binary::Greater, |a, b| f64::from(a > b)),
        (Binary::GreaterEqual, |a, b| f64::from(a >= b)),
        (Binary::Equal, |a, b| f64::from(a == b)),
        (Binary::NotEqual, |a, b| f64::from(a != b)),
        (Binary::And, |a, b| f64::from(a != 0.0 && b != 0.0)),
        (Binary::Or, |a, b| f64::from(a != 0.0 || b != 0.0)),
        (Binary::ActivationAdjoint(Activation::Relu), |a, b| if b > 0.0 { a } else { 0.0 }),
        (Binary::ActivationAdjoint(Activation::Tanh), |a, b| a * (1.0 - b * b)),
        (Binary::ActivationAdjoint(Activation::Linear), |a, _| a),
    ]
}

fn check_binary<T: Element>(tolerance: f64) {
    for (function, expected) in functions_of_two::<T>() {
        for length in lengths() {
            let (mut a, mut b) = (numbers::<T>(1, length), numbers::<T>(2, length));
            for at in (0..length).step_by(3) {
                // Equal values, and zeros.
                a[at] = b[at];
                a[at / 2] = T::ZERO;
                b[at / 4] = T::ZERO;
            }
            for (a, b) in a.iter_mut().zip(&mut b) {
                if function == Binary::Pow {
                    *a = a.abs();
                } else if function == Binary::Div {
                    *b += T::from_f64(1.5);
                }
                if function == Binary::Pow && *a == T::ZERO {
                    *b = b.abs();
                }
            }
            let expected: Vec<f64> = a.iter().zip(&b).map(|(a, b)| expected(a.to_f64(), b.to_f64())).collect();
            assert_close(&std::format!("{function:?}"), &binary(function, &a, &b), &expected, tolerance);
        }
    }
}

#[test]
fn functions_of_two_values_are_the_standard_library_s() {
    on_every_processor(|| {
        check_binary::<f32>(1e-6);
        check_binary::<f64>(1e-15);
    });
}

/// Activations are those of the kernels of layers, bit for bit.
#[test]
fn activations_are_the_layers() {
    on_every_processor(|| {
        for activation in [Activation::Gelu, Activation::Silu, Activation::Elu { alpha: 0.7_f32 }, Activation::Relu6] {
            let (x, dy) = (numbers::<f32>(1, 700), numbers::<f32>(2, 700));
            let (mut y, mut dx) = (x.clone(), dy.clone());
            activate(activation, &mut y);
            activation_adjoint(activation, &x, &mut dx);
            assert_eq!(unary(Unary::Activation(activation), &x), y);
            assert_eq!(binary(Binary::ActivationAdjoint(activation), &dy, &x), dx);
        }
    });
}

#[test]
fn nan_stays() {
    on_every_processor(|| {
        let (nan, one) = ([f64::NAN; 20], [1.0; 20]);
        for function in [Binary::Add, Binary::Minimum, Binary::Maximum, Binary::Pow] {
            assert!(binary(function, &nan, &one).iter().all(|y| y.is_nan()));
            let other = if function == Binary::Pow { [2.0; 20] } else { one };
            assert!(binary(function, &other, &nan).iter().all(|y| y.is_nan()));
        }
        for (function, _, _) in functions::<f64>() {
            if !matches!(function, Unary::Not | Unary::Powi(0)) {
                assert!(unary(function, &nan).iter().all(|y| y.is_nan()), "{function:?}");
            }
        }
        for function in [Binary::Less, Binary::LessEqual, Binary::Greater, Binary::GreaterEqual, Binary::Equal] {
            assert_eq!(binary(function, &nan, &one), vec![0.0; 20]);
        }
        assert_eq!(binary(Binary::NotEqual, &nan, &nan), vec![1.0; 20]);
        assert_eq!(unary(Unary::Not, &nan), vec![0.0; 20]);
    });
}

#[test]
fn nothing_is_no_mistake() {
    elementwise::<f32>(0, &[3], &[], &[], &mut []);
    let operand = Operand { values: &[], sample: 3, strides: &[1] };
    let program = [Step::Load { operand: 0, to: 0 }, Step::Store { from: 0, output: 0 }];
    elementwise::<f32>(0, &[3], &[operand], &program, &mut [&mut []]);
    elementwise::<f32>(2, &[3, 0], &[Operand { strides: &[1, 1], ..operand }], &program, &mut [&mut []]);
}

#[test]
fn wrong_programs_panic() {
    let x = [1.0_f32; 6];
    let operand = Operand { values: &x, sample: 3, strides: &[1] };
    let panics = |operand: Operand<'_, f32>, program: &[Step<f32>], length: usize| {
        let run = || elementwise(2, &[3], &[operand], program, &mut [&mut vec![0.0; length]]);
        std::panic::catch_unwind(run).is_err()
    };
    let (load, store) = (Step::Load { operand: 0, to: 0 }, Step::Store { from: 0, output: 0 });
    assert!(!panics(operand, &[load, store], 6));
    assert!(panics(operand, &[load, store], 5), "the output is too short");
    assert!(panics(Operand { sample: 4, ..operand }, &[load, store], 6), "the operand is too short");
    assert!(panics(Operand { sample: usize::MAX, ..operand }, &[load, store], 6), "an overflow");
    assert!(panics(Operand { strides: &[], ..operand }, &[load, store], 6), "a stride is missing");
    assert!(panics(operand, &[store], 6), "nothing to store");
    assert!(panics(operand, &[load], 6), "nothing is stored");
    assert!(panics(operand, &[load, store, store], 6), "stored twice");
    assert!(panics(operand, &[load, store, Step::Reload { output: 0, to: 0 }], 6), "read after it is stored");
    assert!(panics(operand, &[Step::Load { operand: 1, to: 0 }, store], 6), "no such operand");
    assert!(panics(operand, &[Step::Load { operand: 0, to: REGISTERS }, store], 6), "no such register");
    assert!(panics(operand, &[load, Step::Store { from: 0, output: 1 }], 6), "no such output");
    let unary = Step::Unary { function: Unary::Neg, from: 1, to: 0 };
    assert!(panics(operand, &[load, unary, store], 6), "an argument that is not there");
}

/// Large loops, with and without broadcast operands, are split.
#[cfg(feature = "std")]
#[test]
fn threads_do_not_change_the_bits() {
    let (samples, width) = (3001, 77);
    let (a, b) = (numbers::<f32>(1, samples * width), numbers::<f32>(2, width));
    let operands =
        [Operand { values: &a, sample: width, strides: &[1] }, Operand { values: &b, sample: 0, strides: &[1] }];
    let program = [
        Step::Load { operand: 0, to: 0 },
        Step::Load { operand: 1, to: 1 },
        Step::Binary { function: Binary::Mul, a: 0, b: 1, to: 2 },
        Step::Store { from: 2, output: 0 },
        Step::Reload { output: 1, to: 3 },
        Step::Binary { function: Binary::Add, a: 2, b: 3, to: 3 },
        Step::Unary { function: Unary::Sin, from: 3, to: 3 },
        Step::Store { from: 3, output: 1 },
    ];
    let run = || {
        let (mut y, mut z) = (vec![0.0; a.len()], numbers::<f32>(3, a.len()));
        elementwise(samples, &[width], &operands, &program, &mut [&mut y, &mut z]);
        [y, z].concat()
    };
    let outside = run();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert!(pool.install(run) == outside, "with {threads} threads");
    }
}

/// `cargo test -p katachi-core --release --all-features -- --ignored --nocapture elementwise_speed`
#[test]
#[ignore = "a measurement"]
fn elementwise_speed() {
    for n in [100, 1000, 100_000] {
        let (a, b, c) = (numbers::<f32>(1, n), numbers::<f32>(2, n), numbers::<f32>(3, n));
        let mut y = vec![0.0; n];
        let array = |values| Operand { values, sample: 0, strides: &[1] };
        let program = [
            Step::Load { operand: 0, to: 0 },
            Step::Constant { value: 2.0, to: 1 },
            Step::Binary { function: Binary::Mul, a: 0, b: 1, to: 0 },
            Step::Constant { value: 1.0, to: 2 },
            Step::Binary { function: Binary::Add, a: 0, b: 2, to: 0 },
            Step::Store { from: 0, output: 0 },
        ];
        super::time("2x + 1, the program", n, || elementwise(1, &[n], &[array(&a)], &program, &mut [&mut y]));
        super::time("2x + 1, a loop", n, || y.iter_mut().zip(&a).for_each(|(y, x)| *y = x * 2.0 + 1.0));
        let program = [
            Step::Load { operand: 0, to: 0 },
            Step::Load { operand: 1, to: 1 },
            Step::Binary { function: Binary::Mul, a: 0, b: 1, to: 0 },
            Step::Load { operand: 2, to: 1 },
            Step::Binary { function: Binary::Add, a: 0, b: 1, to: 0 },
            Step::Unary { function: Unary::Activation(Activation::Relu), from: 0, to: 0 },
            Step::Store { from: 0, output: 0 },
        ];
        let operands = [array(&a), array(&b), array(&c)];
        super::time("relu(ab + c), the program", n, || elementwise(1, &[n], &operands, &program, &mut [&mut y]));
        super::time("relu(ab + c), a loop", n, || {
            for (((y, a), b), c) in y.iter_mut().zip(&a).zip(&b).zip(&c) {
                *y = (a * b + c).max(0.0);
            }
        });
        for function in [Unary::Exp, Unary::Sin, Unary::Powi(3), Unary::Powi(5), Unary::Activation(Activation::Tanh)] {
            let program = [
                Step::Load { operand: 0, to: 0 },
                Step::Unary { function, from: 0, to: 0 },
                Step::Store { from: 0, output: 0 },
            ];
            super::time(&std::format!("{function:?}"), n, || {
                elementwise(1, &[n], &[array(&a)], &program, &mut [&mut y]);
            });
        }
        let (wide, positive) = (numbers::<f64>(4, n), vec![1.5; n]);
        let mut z = vec![0.0; n];
        let program = [
            Step::Load { operand: 0, to: 0 },
            Step::Load { operand: 1, to: 1 },
            Step::Binary { function: Binary::Pow, a: 1, b: 0, to: 0 },
            Step::Store { from: 0, output: 0 },
        ];
        let operands = [&wide, &positive].map(|values| Operand { values, sample: 0, strides: &[1] });
        super::time("pow of f64", n, || elementwise(1, &[n], &operands, &program, &mut [&mut z]));
    }
    for (samples, width) in [(1000, 100), (10_000, 10), (100, 1000)] {
        let (a, b, mut y) =
            (numbers::<f32>(1, samples * width), numbers::<f32>(2, samples), vec![0.0; samples * width]);
        let program = [
            Step::Load { operand: 0, to: 0 },
            Step::Load { operand: 1, to: 1 },
            Step::Binary { function: Binary::Add, a: 0, b: 1, to: 0 },
            Step::Store { from: 0, output: 0 },
        ];
        let array = Operand { values: &a[..], sample: width, strides: &[1] };
        for (name, values, sample, strides) in [("row", &b[..width.min(samples)], 0, [1]), ("column", &b[..], 1, [0])] {
            if name == "row" && width > samples {
                continue;
            }
            let operands = [array, Operand { values, sample, strides: &strides }];
            super::time(&std::format!("{samples} x {width} + a {name}"), samples * width, || {
                elementwise(samples, &[width], &operands, &program, &mut [&mut y]);
            });
        }
    }
}
