//! Products.

use std::format;
use std::vec;
use std::vec::Vec;

use super::{assert_close, inner, numbers, on_every_processor, tolerance};
use crate::activation::Activation;
use crate::element::Element;
use crate::kernels::{Write, dense, dense_bias_adjoint, dense_input_adjoint, dense_weight_adjoint};

/// c[i, j] = Σₚ a(i, p) b(p, j), and nothing else.
fn naive(m: usize, k: usize, n: usize, a: impl Fn(usize, usize) -> f64, b: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let (a, b) = (&a, &b);
    (0..m * n).map(|at| (0..k).map(|p| a(at / n, p) * b(p, at % n)).sum()).collect()
}

/// Batch, inputs, outputs: ones, remainders of every tile, panels copied and not, several blocks of the depth.
fn sizes() -> Vec<(usize, usize, usize)> {
    let mut sizes = vec![
        (1, 1, 1),
        (1, 54, 32),
        (2, 3, 1),
        (3, 1, 2),
        (4, 7, 300),
        (5, 300, 7),
        (32, 54, 32),
        (32, 32, 7),
        (100, 10, 10),
        (100, 1, 10),
        (100, 10, 1),
        (17, 401, 129),
        (128, 784, 70),
        (40, 33, 515),
        (1, 700, 500),
        (33, 520, 49),
    ];
    for i in 0..60 {
        sizes.push((1 + i * 7 % 23, 1 + i * 11 % 37, 1 + i * 13 % 61));
    }
    sizes
}

fn check_dense<T: Element>() {
    for (batch, inputs, outputs) in sizes() {
        let what = |name: &str| format!("{name} of {} {batch} x {inputs} x {outputs}", T::NAME);
        let x = numbers::<T>(1, batch * inputs);
        let w = numbers::<T>(2, inputs * outputs);
        let b = numbers::<T>(3, outputs);
        let dz = numbers::<T>(4, batch * outputs);
        let xs = |i: usize, p: usize| x[i * inputs + p].to_f64();
        let ws = |p: usize, j: usize| w[p * outputs + j].to_f64();
        let dzs = |i: usize, j: usize| dz[i * outputs + j].to_f64();

        let mut y = vec![T::from_f64(9.0); batch * outputs];
        let mut expected = naive(batch, inputs, outputs, xs, ws);
        dense(batch, inputs, outputs, &x, &w, None, Activation::Linear, &mut y);
        assert_close(&what("dense"), &y, &expected, tolerance::<T>(inputs));

        expected.iter_mut().enumerate().for_each(|(at, y)| *y += b[at % outputs].to_f64());
        dense(batch, inputs, outputs, &x, &w, Some(&b), Activation::Linear, &mut y);
        assert_close(&what("dense with bias"), &y, &expected, tolerance::<T>(inputs));

        for activation in [Activation::Relu, Activation::Tanh] {
            let expected: Vec<f64> =
                expected.iter().map(|z| if activation == Activation::Relu { z.max(0.0) } else { z.tanh() }).collect();
            dense(batch, inputs, outputs, &x, &w, Some(&b), activation, &mut y);
            assert_close(&what("dense with activation"), &y, &expected, tolerance::<T>(inputs));
        }

        for write in [Write::Set, Write::Add] {
            let start = if write == Write::Add { 0.5 } else { 0.0 };
            let plus = |values: Vec<f64>| -> Vec<f64> { values.into_iter().map(|v| v + start).collect() };

            let mut dw = vec![T::from_f64(0.5); inputs * outputs];
            let expected = plus(naive(inputs, batch, outputs, |p, i| xs(i, p), dzs));
            dense_weight_adjoint(batch, inputs, outputs, &x, &dz, write, &mut dw);
            assert_close(&what("weight adjoint"), &dw, &expected, tolerance::<T>(batch));

            let mut db = vec![T::from_f64(0.5); outputs];
            let expected = plus(naive(1, batch, outputs, |_, _| 1.0, dzs));
            dense_bias_adjoint(batch, outputs, &dz, write, &mut db);
            assert_close(&what("bias adjoint"), &db, &expected, tolerance::<T>(batch));

            let mut dx = vec![T::from_f64(0.5); batch * inputs];
            let expected = plus(naive(batch, outputs, inputs, dzs, |j, p| ws(p, j)));
            dense_input_adjoint(batch, inputs, outputs, &dz, &w, write, &mut dx);
            assert_close(&what("input adjoint"), &dx, &expected, tolerance::<T>(outputs));
        }
    }
}

#[test]
fn dense_and_adjoints_are_the_naive_products() {
    on_every_processor(|| {
        check_dense::<f32>();
        check_dense::<f64>();
    });
}

/// ⟨xW, dz⟩ = ⟨W, dW⟩ = ⟨x, dx⟩: what an adjoint is.
#[test]
fn adjoints_are_adjoint() {
    on_every_processor(|| {
        for (batch, inputs, outputs) in sizes() {
            let x = numbers::<f64>(1, batch * inputs);
            let w = numbers::<f64>(2, inputs * outputs);
            let dz = numbers::<f64>(4, batch * outputs);
            let mut y = vec![0.0; batch * outputs];
            let mut dw = vec![0.0; inputs * outputs];
            let mut dx = vec![0.0; batch * inputs];
            dense(batch, inputs, outputs, &x, &w, None, Activation::Linear, &mut y);
            dense_weight_adjoint(batch, inputs, outputs, &x, &dz, Write::Set, &mut dw);
            dense_input_adjoint(batch, inputs, outputs, &dz, &w, Write::Set, &mut dx);
            let forward = inner(&y, &dz);
            let bound = 1e-12 * (batch * inputs * outputs) as f64;
            assert!((forward - inner(&w, &dw)).abs() <= bound);
            assert!((forward - inner(&x, &dx)).abs() <= bound);
        }
    });
}

/// A batch gives about what its samples give one by one.
#[test]
fn a_batch_is_a_loop() {
    let (batch, inputs, outputs) = (37, 120, 65);
    let x = numbers::<f32>(1, batch * inputs);
    let w = numbers::<f32>(2, inputs * outputs);
    let b = numbers::<f32>(3, outputs);
    let mut together = vec![0.0; batch * outputs];
    dense(batch, inputs, outputs, &x, &w, Some(&b), Activation::Relu, &mut together);
    for (x, together) in x.chunks(inputs).zip(together.chunks(outputs)) {
        let mut alone = vec![0.0; outputs];
        dense(1, inputs, outputs, x, &w, Some(&b), Activation::Relu, &mut alone);
        let alone: Vec<f64> = alone.into_iter().map(f64::from).collect();
        assert_close("a sample", together, &alone, tolerance::<f32>(inputs));
    }
}

/// The crate `matrixmultiply` shares no code with ours.
#[cfg(feature = "matrixmultiply")]
#[test]
fn dense_agrees_with_matrixmultiply() {
    let (m, k, n) = (96, 321, 130);
    let (a, b) = (numbers::<f32>(1, m * k), numbers::<f32>(2, k * n));
    let mut expected = vec![0.0_f32; m * n];
    // SAFETY: The slices have the sizes and strides that are named.
    unsafe {
        let (pa, pb, pc) = (a.as_ptr(), b.as_ptr(), expected.as_mut_ptr());
        matrixmultiply::sgemm(m, k, n, 1.0, pa, 321, 1, pb, 130, 1, 0.0, pc, 130, 1);
    }
    let expected: Vec<f64> = expected.into_iter().map(f64::from).collect();
    let mut y = vec![0.0_f32; m * n];
    dense(m, k, n, &a, &b, None, Activation::Linear, &mut y);
    assert_close("dense", &y, &expected, tolerance::<f32>(k));
}

/// An infinity or NaN in a sample stays in its row, and padding brings none in.
#[test]
fn nan_stays_in_its_row() {
    on_every_processor(|| {
        let (batch, inputs, outputs) = (9, 5, 13);
        let mut x = numbers::<f32>(1, batch * inputs);
        x[3 * inputs] = f32::NAN;
        let w = numbers::<f32>(2, inputs * outputs);
        let mut y = vec![0.0; batch * outputs];
        dense(batch, inputs, outputs, &x, &w, None, Activation::Relu, &mut y);
        for (row, y) in y.chunks(outputs).enumerate() {
            assert!(y.iter().all(|y| y.is_nan() == (row == 3)), "row {row}");
        }
    });
}

#[test]
fn empty_sizes() {
    let mut y = vec![7.0_f32; 6];
    dense(2, 0, 3, &[], &[], Some(&[1.0, -2.0, 3.0]), Activation::Relu, &mut y);
    assert_eq!(y, [1.0, 0.0, 3.0, 1.0, 0.0, 3.0]);
    dense_weight_adjoint::<f32>(0, 2, 3, &[], &[], Write::Set, &mut y);
    assert_eq!(y, [0.0; 6]);
    dense::<f32>(0, 2, 3, &[], &y, None, Activation::Linear, &mut []);
}

/// Sizes whose product overflows to the length of a slice must not pass for that length.
#[test]
fn sizes_that_overflow_fit_no_slice() {
    let panics = |call: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).is_err();
    let batch = (1 << 61) + 1;
    assert!(panics(&|| dense(batch, 8, 8, &[1.0; 8], &[1.0; 64], None, Activation::Linear, &mut [0.0; 8])));
    assert!(panics(&|| dense_bias_adjoint(batch, 8, &[1.0; 8], Write::Set, &mut [0.0; 8])));
    assert!(panics(&|| dense_input_adjoint(batch, 8, 8, &[1.0; 8], &[1.0; 64], Write::Set, &mut [0.0; 8])));
}
