//! Products of many matrices.

use std::format;
use std::vec;
use std::vec::Vec;

use super::{assert_close, inner, numbers, on_every_processor, tolerance};
use crate::element::Element;
use crate::kernels::{Destination, Factor, Write, matmul};

/// Samples, stack, rows, depth, columns.
const SIZES: [[usize; 5]; 16] = [
    [1, 1, 1, 1, 1],
    [3, 1, 1, 1, 1],
    [4, 3, 1, 1, 1],
    [5, 1, 1, 7, 1],
    [5, 1, 6, 1, 9],
    [5, 1, 1, 8, 9],
    [5, 1, 9, 8, 1],
    [2, 3, 4, 5, 6],
    [3, 2, 2, 17, 3],
    [2, 2, 3, 33, 40],
    [6, 1, 33, 20, 17],
    [3, 4, 1, 9, 1],
    [3, 4, 1, 1, 9],
    [3, 4, 9, 1, 1],
    [2, 1, 40, 70, 50],
    [1, 3, 20, 5, 35],
];

/// Whether a factor or the result is shared by the samples, and by the stack; and whether its matrices are transposed.
type Layout = (bool, bool, bool);

const LAYOUTS: [Layout; 8] = [
    (false, false, false),
    (false, false, true),
    (false, true, false),
    (false, true, true),
    (true, false, false),
    (true, false, true),
    (true, true, false),
    (true, true, true),
];

/// The strides between samples and in the stack, and the number of values; with a gap where asked.
fn strides(layout: Layout, samples: usize, stack: usize, size: usize, gap: usize) -> (usize, usize, usize) {
    let next = if layout.1 { 0 } else { size + gap };
    let all = if layout.1 { size } else { stack * (size + gap) };
    if layout.0 { (0, next, all) } else { (all, next, samples * all) }
}

/// A matrix's element.
fn at(layout: Layout, rows: usize, columns: usize, row: usize, column: usize) -> usize {
    if layout.2 { column * rows + row } else { row * columns + column }
}

/// c, product by product.
fn naive<T: Element>(
    [samples, stack, rows, depth, columns]: [usize; 5],
    (a, a_layout): (&Factor<'_, T>, Layout),
    (b, b_layout): (&Factor<'_, T>, Layout),
    c: &mut [f64],
    (sample, next): (usize, usize),
) {
    for s in 0..samples {
        for t in 0..stack {
            let (a_start, b_start) = (s * a.sample + t * a.stack, s * b.sample + t * b.stack);
            for i in 0..rows {
                for j in 0..columns {
                    let term = |p: usize| {
                        a.values[a_start + at(a_layout, rows, depth, i, p)].to_f64()
                            * b.values[b_start + at(b_layout, depth, columns, p, j)].to_f64()
                    };
                    c[s * sample + t * next + i * columns + j] += (0..depth).map(term).sum::<f64>();
                }
            }
        }
    }
}

fn check<T: Element>(gap: usize) {
    for size in SIZES {
        let [samples, stack, rows, depth, columns] = size;
        for a_layout in LAYOUTS {
            for b_layout in LAYOUTS {
                for c_layout in LAYOUTS.into_iter().filter(|layout| !layout.2) {
                    let (a_sample, a_stack, length) = strides(a_layout, samples, stack, rows * depth, gap);
                    let a = numbers::<T>(1, length);
                    let a = Factor { values: &a, sample: a_sample, stack: a_stack, transposed: a_layout.2 };
                    let (b_sample, b_stack, length) = strides(b_layout, samples, stack, depth * columns, gap);
                    let b = numbers::<T>(2, length);
                    let b = Factor { values: &b, sample: b_sample, stack: b_stack, transposed: b_layout.2 };
                    let (sample, next, length) = strides(c_layout, samples, stack, rows * columns, gap);
                    let terms = depth * if sample == 0 { samples } else { 1 } * if next == 0 { stack } else { 1 };
                    let start = numbers::<T>(3, length);
                    for write in [Write::Set, Write::Add] {
                        let mut expected: Vec<f64> = start.iter().map(|c| c.to_f64()).collect();
                        if write == Write::Set {
                            for (s, t) in (0..samples).flat_map(|s| (0..stack).map(move |t| (s, t))) {
                                expected[s * sample + t * next..][..rows * columns].fill(0.0);
                            }
                        }
                        naive(size, (&a, a_layout), (&b, b_layout), &mut expected, (sample, next));
                        let mut values = start.clone();
                        let c = Destination { values: &mut values, sample, stack: next };
                        matmul(samples, stack, rows, depth, columns, a, b, write, c);
                        let what = format!("{size:?}, {a_layout:?} by {b_layout:?} to {c_layout:?}, gap {gap}");
                        assert_close(&what, &values, &expected, tolerance::<T>(terms));
                    }
                }
            }
        }
    }
}

#[test]
fn matmul_is_the_naive_products() {
    on_every_processor(|| {
        check::<f32>(0);
        check::<f64>(0);
        check::<f64>(3);
    });
}

/// ⟨ab, dc⟩ = ⟨a, da⟩ = ⟨b, db⟩, whatever is shared.
#[test]
fn adjoints_are_adjoint() {
    on_every_processor(|| {
        for size in SIZES {
            let [samples, stack, rows, depth, columns] = size;
            for a_layout in LAYOUTS.into_iter().filter(|layout| !layout.2) {
                for b_layout in LAYOUTS.into_iter().filter(|layout| !layout.2) {
                    let (a_sample, a_stack, a_length) = strides(a_layout, samples, stack, rows * depth, 0);
                    let (b_sample, b_stack, b_length) = strides(b_layout, samples, stack, depth * columns, 0);
                    let (sample, next, length) = strides((false, false, false), samples, stack, rows * columns, 0);
                    let (a, b, dc) = (numbers(1, a_length), numbers(2, b_length), numbers::<f64>(3, length));
                    let factor = |values, sample, stack| Factor { values, sample, stack, transposed: false };
                    let (a_factor, b_factor) = (factor(&a, a_sample, a_stack), factor(&b, b_sample, b_stack));
                    let dc_factor = factor(&dc, sample, next);
                    let (mut c, mut da, mut db) = (vec![0.0; length], vec![0.0; a_length], vec![0.0; b_length]);
                    let to = Destination { values: &mut c, sample, stack: next };
                    matmul(samples, stack, rows, depth, columns, a_factor, b_factor, Write::Set, to);
                    let turned = Factor { transposed: true, ..b_factor };
                    let to = Destination { values: &mut da, sample: a_sample, stack: a_stack };
                    matmul(samples, stack, rows, columns, depth, dc_factor, turned, Write::Set, to);
                    let turned = Factor { transposed: true, ..a_factor };
                    let to = Destination { values: &mut db, sample: b_sample, stack: b_stack };
                    matmul(samples, stack, depth, rows, columns, turned, dc_factor, Write::Set, to);
                    let forward = inner(&c, &dc);
                    let bound = 1e-13 * (samples * stack * rows * depth * columns) as f64;
                    assert!((forward - inner(&a, &da)).abs() <= bound, "{size:?}, {a_layout:?}, {b_layout:?}");
                    assert!((forward - inner(&b, &db)).abs() <= bound, "{size:?}, {a_layout:?}, {b_layout:?}");
                }
            }
        }
    });
}

#[test]
fn sums_over_nothing_are_zero() {
    let none = Factor::<f32> { values: &[], sample: 4, stack: 0, transposed: false };
    for (write, expected) in [(Write::Set, 0.0), (Write::Add, 7.0)] {
        let mut c = vec![7.0; 4];
        matmul(0, 1, 2, 2, 2, none, none, write, Destination { values: &mut c, sample: 0, stack: 0 });
        assert_eq!(c, vec![expected; 4]);
        matmul(1, 1, 2, 0, 2, none, none, write, Destination { values: &mut c, sample: 0, stack: 0 });
        assert_eq!(c, vec![expected; 4]);
    }
    matmul(0, 1, 2, 2, 2, none, none, Write::Set, Destination { values: &mut [], sample: 4, stack: 0 });
    matmul(3, 1, 0, 2, 2, none, none, Write::Set, Destination { values: &mut [], sample: 0, stack: 0 });
}

#[test]
fn factors_that_are_too_short_panic() {
    let panics = |a: usize, b: usize, c: usize| {
        let (a, b) = (vec![1.0_f32; a], vec![1.0_f32; b]);
        let run = || {
            let factor = |values, sample| Factor { values, sample, stack: 0, transposed: false };
            let mut c = vec![0.0; c];
            let to = Destination { values: &mut c, sample: 8, stack: 0 };
            matmul(3, 1, 2, 5, 4, factor(&a, 10), factor(&b, 20), Write::Set, to);
        };
        std::panic::catch_unwind(run).is_err()
    };
    assert!(!panics(30, 60, 24));
    assert!(panics(29, 60, 24));
    assert!(panics(30, 59, 24));
    assert!(panics(30, 60, 23));
}

#[cfg(feature = "std")]
#[test]
fn threads_do_not_change_the_bits() {
    let [samples, stack, rows, depth, columns] = [40, 4, 32, 32, 33];
    let run = || {
        let mut bits = vec![];
        for (a_layout, b_layout, c_layout) in [(0, 0, 0), (0, 4, 0), (0, 4, 4), (5, 0, 2), (1, 6, 6), (3, 2, 0)] {
            let (a_sample, a_stack, length) = strides(LAYOUTS[a_layout], samples, stack, rows * depth, 0);
            let a = numbers::<f32>(1, length);
            let a = Factor { values: &a, sample: a_sample, stack: a_stack, transposed: LAYOUTS[a_layout].2 };
            let (b_sample, b_stack, length) = strides(LAYOUTS[b_layout], samples, stack, depth * columns, 0);
            let b = numbers::<f32>(2, length);
            let b = Factor { values: &b, sample: b_sample, stack: b_stack, transposed: LAYOUTS[b_layout].2 };
            let (sample, next, length) = strides(LAYOUTS[c_layout], samples, stack, rows * columns, 0);
            let mut c = vec![0.0; length];
            let to = Destination { values: &mut c, sample, stack: next };
            matmul(samples, stack, rows, depth, columns, a, b, Write::Set, to);
            bits.extend(c.into_iter().map(f32::to_bits));
        }
        bits
    };
    let outside = run();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert!(pool.install(run) == outside, "with {threads} threads");
    }
}

/// `cargo test -p katachi-core --release --all-features -- --ignored --nocapture matmul_speed`
#[test]
#[ignore = "a measurement"]
fn matmul_speed() {
    for ([samples, stack, rows, depth, columns], a_layout, b_layout, c_layout) in [
        ([128, 1, 16, 32, 32], 0, 4, 0),
        ([128, 1, 16, 32, 32], 1, 0, 4),
        ([128, 1, 16, 32, 32], 0, 0, 0),
        ([128, 1, 16, 32, 32], 0, 1, 4),
        ([32, 4, 16, 8, 16], 0, 1, 0),
        ([128, 1, 1, 54, 1], 0, 0, 0),
        ([128, 1, 8, 1, 8], 0, 0, 0),
    ] {
        let (a_sample, a_stack, length) = strides(LAYOUTS[a_layout], samples, stack, rows * depth, 0);
        let a = numbers::<f32>(1, length);
        let a = Factor { values: &a, sample: a_sample, stack: a_stack, transposed: LAYOUTS[a_layout].2 };
        let (b_sample, b_stack, length) = strides(LAYOUTS[b_layout], samples, stack, depth * columns, 0);
        let b = numbers::<f32>(2, length);
        let b = Factor { values: &b, sample: b_sample, stack: b_stack, transposed: LAYOUTS[b_layout].2 };
        let (sample, next, length) = strides(LAYOUTS[c_layout], samples, stack, rows * columns, 0);
        let mut c = vec![0.0; length];
        let what =
            format!("{samples} x {stack} products {rows} x {depth} x {columns}, {a_layout} {b_layout} {c_layout}");
        super::time(&what, samples * stack * rows * depth * columns, || {
            let to = Destination { values: &mut c, sample, stack: next };
            matmul(samples, stack, rows, depth, columns, a, b, Write::Set, to);
        });
    }
}
