//! Reductions.

use std::vec;
use std::vec::Vec;

use super::{assert_close, inner, numbers, on_every_processor, tolerance};
use crate::element::Element;
use crate::kernels::{Reduction, Write, argmax, reduce};

/// Samples and dims: long and short rows, few and many columns, one more and one less than the lanes.
fn sizes() -> Vec<(usize, Vec<usize>)> {
    vec![
        (1, vec![]),
        (5, vec![]),
        (1, vec![7]),
        (3, vec![1, 1]),
        (9, vec![7]),
        (200, vec![32]),
        (130, vec![33]),
        (5, vec![31, 3]),
        (67, vec![50]),
        (3, vec![4, 5, 6]),
        (2, vec![3, 2, 4, 2, 3, 2]),
        (7, vec![2, 100]),
        (1, vec![5000]),
        (70, vec![2, 40]),
        (4, vec![70, 2]),
        (2, vec![1, 9, 1, 40]),
    ]
}

/// All ways to mark so many axes.
fn marks(axes: usize) -> Vec<Vec<bool>> {
    (0..1 << axes).map(|bits: usize| (0..axes).map(|axis| bits >> axis & 1 == 1).collect()).collect()
}

/// For each value of x, the index of its value of y; and how many values y has.
fn targets(samples: usize, dims: &[usize], reduced: &[bool], over_samples: bool) -> (Vec<usize>, usize) {
    let size: usize = dims.iter().product();
    let kept: usize = dims.iter().zip(reduced).filter(|(_, reduced)| !**reduced).map(|(dim, _)| dim).product();
    let target = |at: usize| {
        let (mut index, mut stride, mut rest) = (0, 1, at % size);
        for (dim, reduced) in dims.iter().zip(reduced).rev() {
            if !reduced {
                index += rest % dim * stride;
                stride *= dim;
            }
            rest /= dim;
        }
        index + if over_samples { 0 } else { at / size * kept }
    };
    ((0..samples * size).map(target).collect(), if over_samples { kept } else { samples * kept })
}

fn each_case(check: impl Fn(usize, &[usize], &[bool], bool)) {
    for (samples, dims) in sizes() {
        for reduced in marks(dims.len()) {
            for over_samples in [false, true] {
                check(samples, &dims, &reduced, over_samples);
            }
        }
    }
}

fn check<T: Element>() {
    each_case(|samples, dims, reduced, over_samples| {
        let (targets, length) = targets(samples, dims, reduced, over_samples);
        let x = numbers::<T>(1, targets.len());
        for reduction in [Reduction::Sum, Reduction::Maximum, Reduction::Minimum] {
            let mut expected = vec![None; length];
            for (target, x) in targets.iter().zip(&x) {
                let x = x.to_f64();
                expected[*target] = Some(match (reduction, expected[*target]) {
                    (_, None) => x,
                    (Reduction::Sum, Some(y)) => y + x,
                    (Reduction::Maximum, Some(y)) => x.max(y),
                    (Reduction::Minimum, Some(y)) => x.min(y),
                });
            }
            let expected: Vec<f64> = expected.into_iter().map(Option::unwrap).collect();
            let tolerance = if reduction == Reduction::Sum { tolerance::<T>(targets.len() / length) } else { 0.0 };
            let what = std::format!("{reduction:?} of {samples} of {dims:?}, {reduced:?}, {over_samples}");
            let mut y = vec![T::from_f64(9.0); length];
            reduce(reduction, samples, dims, reduced, over_samples, Write::Set, &x, &mut y);
            assert_close(&what, &y, &expected, tolerance);
        }
        let mut y = numbers::<T>(2, length);
        let mut expected: Vec<f64> = y.iter().map(|y| y.to_f64()).collect();
        for (target, x) in targets.iter().zip(&x) {
            expected[*target] += x.to_f64();
        }
        reduce(Reduction::Sum, samples, dims, reduced, over_samples, Write::Add, &x, &mut y);
        assert_close("added", &y, &expected, tolerance::<T>(targets.len() / length + 1));
    });
}

#[test]
fn reductions_are_the_naive_loops() {
    on_every_processor(|| {
        check::<f32>();
        check::<f64>();
    });
}

/// ⟨Σx, y⟩ = ⟨x, y repeated⟩.
#[test]
fn the_adjoint_of_a_sum_repeats() {
    on_every_processor(|| {
        each_case(|samples, dims, reduced, over_samples| {
            let (targets, length) = targets(samples, dims, reduced, over_samples);
            let (x, dy) = (numbers::<f64>(1, targets.len()), numbers::<f64>(2, length));
            let dx: Vec<f64> = targets.iter().map(|target| dy[*target]).collect();
            let mut y = vec![0.0; length];
            reduce(Reduction::Sum, samples, dims, reduced, over_samples, Write::Set, &x, &mut y);
            assert!((inner(&y, &dy) - inner(&x, &dx)).abs() <= 1e-13 * x.len() as f64);
        });
    });
}

/// A million values of about the same size, over all axes, over rows and over columns.
#[test]
fn long_sums_are_precise() {
    on_every_processor(|| {
        let x: Vec<f32> = numbers::<f32>(1, 1 << 20).iter().map(|x| 1.0 + 0.5 * x).collect();
        for (dims, reduced, columns) in [
            (vec![1 << 20], vec![true], 1),
            (vec![1 << 19, 2], vec![true, false], 2),
            (vec![1 << 15, 32], vec![true, false], 32),
            (vec![1 << 18, 2, 2], vec![true, false, true], 2),
        ] {
            let mut y = vec![0.0_f32; columns];
            reduce(Reduction::Sum, 1, &dims, &reduced, true, Write::Set, &x, &mut y);
            let inner = if dims.len() == 3 { 2 } else { 1 };
            for (column, y) in y.iter().enumerate() {
                let own = x.iter().enumerate().filter(|(at, _)| at / inner % columns == column);
                let expected: f64 = own.map(|(_, x)| f64::from(*x)).sum();
                let error = (f64::from(*y) - expected).abs() / expected;
                assert!(error < 20.0 * f64::from(f32::EPSILON), "{dims:?}: {error:e}");
            }
        }
    });
}

/// NaN in any lane, in the rest, and in long and short columns.
#[test]
fn nan_is_the_largest_and_the_smallest() {
    on_every_processor(|| {
        for (dims, reduced) in [(vec![100], vec![true]), (vec![25, 4], vec![true, false])] {
            for at in 0..100 {
                let mut x = numbers::<f32>(1, 100);
                x[at] = f32::NAN;
                let columns = if dims.len() == 1 { 1 } else { 4 };
                for reduction in [Reduction::Sum, Reduction::Maximum, Reduction::Minimum] {
                    let mut y = vec![0.0; columns];
                    reduce(reduction, 1, &dims, &reduced, false, Write::Set, &x, &mut y);
                    for (column, y) in y.iter().enumerate() {
                        assert_eq!(y.is_nan(), column == at % columns, "{reduction:?}, {at}");
                    }
                }
            }
        }
    });
}

#[test]
fn nothing_is_reduced_to_the_start() {
    let mut y = vec![7.0_f32; 3];
    reduce(Reduction::Sum, 0, &[3], &[false], true, Write::Add, &[], &mut y);
    assert_eq!(y, [7.0; 3]);
    reduce(Reduction::Sum, 0, &[3], &[false], true, Write::Set, &[], &mut y);
    assert_eq!(y, [0.0; 3]);
    reduce(Reduction::Maximum, 3, &[0], &[true], false, Write::Set, &[], &mut y);
    assert_eq!(y, [-f32::INFINITY; 3]);
    reduce(Reduction::Minimum, 3, &[0], &[true], false, Write::Set, &[], &mut y);
    assert_eq!(y, [f32::INFINITY; 3]);
    reduce::<f32>(Reduction::Sum, 0, &[3], &[true], false, Write::Set, &[], &mut []);
}

fn check_argmax<T: Element>() {
    let nan = T::from_f64(f64::NAN);
    for (rows, size, inner) in [(1, 1, 1), (3, 7, 1), (9, 100, 1), (2, 5, 3), (3, 9, 40), (1, 64, 33)] {
        let mut x = numbers::<T>(1, rows * size * inner);
        for round in 0..4 {
            let mut y = vec![T::ZERO; rows * inner];
            argmax(rows, size, inner, &x, &mut y);
            for (at, y) in y.iter().enumerate() {
                let values = |k: usize| x[(at / inner * size + k) * inner + at % inner];
                let largest = (0..size).map(values).fold(-T::INFINITY, |a, b| if b > a { b } else { a });
                let nan = (0..size).find(|k| values(*k).is_nan());
                let first = (0..size).find(|k| values(*k) == largest);
                assert_eq!(Some(y.to_f64()), nan.or(first).map(|k| k as f64), "round {round}");
            }
            // Equal values, then a NaN, then only the smallest value.
            match round {
                0 => x.iter_mut().for_each(|x| *x = (*x * T::from_f64(2.0)).floor()),
                1 => x.iter_mut().skip(2).step_by(11).for_each(|x| *x = nan),
                _ => x.fill(-T::INFINITY),
            }
        }
    }
}

#[test]
fn argmax_is_the_first_of_the_largest() {
    on_every_processor(|| {
        check_argmax::<f32>();
        check_argmax::<f64>();
    });
}

#[test]
fn wrong_sizes_panic() {
    let panics = |call: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).is_err();
    let sum = |samples, dims: &[usize], marks: &[bool], x: usize, y: usize| {
        reduce(Reduction::Sum, samples, dims, marks, false, Write::Set, &vec![1.0_f32; x], &mut vec![0.0; y]);
    };
    assert!(!panics(&|| sum(2, &[3], &[true], 6, 2)));
    assert!(panics(&|| sum(2, &[3], &[true], 5, 2)));
    assert!(panics(&|| sum(2, &[3], &[true], 6, 1)));
    assert!(panics(&|| sum(2, &[3], &[], 6, 2)));
    assert!(panics(&|| sum((1 << 62) + 1, &[4], &[true], 4, 1)));
    assert!(panics(&|| argmax(2, 3, 1, &[1.0_f32; 5], &mut [0.0; 2])));
    assert!(panics(&|| argmax::<f32>(2, 0, 1, &[], &mut [0.0; 2])));
}

#[cfg(feature = "std")]
#[test]
fn threads_do_not_change_the_bits() {
    let x = numbers::<f32>(1, 1 << 19);
    let all = || {
        let mut bits = vec![];
        for (dims, reduced) in [
            (vec![1 << 19], vec![true]),
            (vec![2, 1 << 18], vec![false, true]),
            (vec![1 << 12, 1 << 7], vec![false, true]),
            (vec![1 << 9, 1 << 10], vec![true, false]),
            (vec![1 << 16, 8], vec![true, false]),
            (vec![1 << 9, 1 << 6, 1 << 4], vec![true, false, true]),
            (vec![1 << 9, 1 << 6, 1 << 4], vec![false, true, false]),
        ] {
            let kept = dims.iter().zip(&reduced).filter(|(_, reduced)| !**reduced).map(|(dim, _)| *dim).product();
            for reduction in [Reduction::Sum, Reduction::Maximum] {
                let mut y = vec![0.0; kept];
                reduce(reduction, 1, &dims, &reduced, true, Write::Set, &x, &mut y);
                bits.extend(y.into_iter().map(f32::to_bits));
            }
        }
        let mut y = vec![0.0; 1 << 12];
        argmax(1 << 8, 1 << 7, 1 << 4, &x, &mut y);
        bits.extend(y.into_iter().map(f32::to_bits));
        bits
    };
    let outside = all();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert!(pool.install(all) == outside, "with {threads} threads");
    }
}

/// `cargo test -p katachi-core --release --all-features -- --ignored --nocapture reduce_speed`
#[test]
#[ignore = "a measurement"]
fn reduce_speed() {
    for (samples, dims, reduced, over_samples) in [
        (1, vec![100_000], vec![true], false),
        (1000, vec![100], vec![true], false),
        (10_000, vec![10], vec![true], false),
        (1000, vec![100], vec![false], true),
        (128, vec![512], vec![false], true),
        (10_000, vec![7], vec![false], true),
        (128, vec![28, 28], vec![true, false], false),
        (128, vec![49, 16], vec![true, false], true),
        (128, vec![49, 16], vec![false, true], true),
    ] {
        let length = targets(samples, &dims, &reduced, over_samples).1;
        let elements = samples * dims.iter().product::<usize>();
        let (x, mut y) = (numbers::<f32>(1, elements), vec![0.0; length]);
        for reduction in [Reduction::Sum, Reduction::Maximum] {
            let what = std::format!("{reduction:?} of {samples} of {dims:?}, {reduced:?}, {over_samples}");
            super::time(&what, elements, || {
                reduce(reduction, samples, &dims, &reduced, over_samples, Write::Set, &x, &mut y);
            });
        }
    }
    let (x, mut y) = (numbers::<f32>(1, 100_000), vec![0.0; 10_000]);
    super::time("argmax of rows of 10", 100_000, || argmax(10_000, 10, 1, &x, &mut y));
    super::time("argmax of rows of 1000", 100_000, || argmax(100, 1000, 1, &x, &mut y[..100]));
}
