//! Moving values.

use std::format;
use std::vec;
use std::vec::Vec;

use super::{inner, numbers, on_every_processor};
use crate::element::Element;
use crate::kernels::{MAX_RANK, Walk, Write, rearrange};

/// A loop: samples, dims, and for both sides the step between samples, the offset and the strides.
type Case = (usize, Vec<usize>, (usize, usize, Vec<usize>), (usize, usize, Vec<usize>));

fn row_major(dims: &[usize]) -> Vec<usize> {
    (0..dims.len()).map(|axis| dims[axis + 1..].iter().product()).collect()
}

/// x of `dims`, its axes in the order `axes`.
fn permuted(samples: usize, dims: &[usize], axes: &[usize]) -> Case {
    let size = dims.iter().product();
    let strides = row_major(dims);
    let turned: Vec<usize> = axes.iter().map(|axis| dims[*axis]).collect();
    let from = axes.iter().map(|axis| strides[*axis]).collect();
    (samples, turned.clone(), (size, 0, from), (size, 0, row_major(&turned)))
}

fn cases() -> Vec<Case> {
    let mut cases = vec![
        // A scalar; copies; slices and concatenation of rows; a slice of a middle axis.
        (1, vec![], (0, 0, vec![]), (0, 2, vec![])),
        (5, vec![], (1, 0, vec![]), (3, 1, vec![])),
        (7, vec![33], (33, 0, vec![1]), (33, 0, vec![1])),
        (7, vec![3], (54, 50, vec![1]), (3, 0, vec![1])),
        (7, vec![3], (3, 0, vec![1]), (57, 54, vec![1])),
        (3, vec![4, 5, 6], (240, 30, vec![60, 6, 1]), (120, 0, vec![30, 6, 1])),
        // Every second value, on either side; one value for all; the same for all samples.
        (4, vec![9], (20, 1, vec![2]), (9, 0, vec![1])),
        (4, vec![9], (9, 0, vec![1]), (20, 1, vec![2])),
        (4, vec![3, 9], (1, 0, vec![0, 0]), (27, 0, vec![9, 1])),
        (4, vec![3, 9], (0, 0, vec![9, 1]), (27, 0, vec![9, 1])),
        (1, vec![4, 8, 16], (0, 0, vec![0, 1, 0]), (0, 0, vec![128, 16, 1])),
        // Axes of size 1, and none at all.
        (2, vec![1, 5, 1, 2, 1], (10, 0, vec![7, 2, 7, 1, 7]), (10, 0, vec![9, 1, 9, 5, 9])),
        (0, vec![5], (5, 0, vec![1]), (5, 0, vec![1])),
        (3, vec![5, 0], (5, 0, vec![1, 1]), (5, 0, vec![1, 1])),
    ];
    for (rows, columns) in [(1, 7), (8, 8), (7, 9), (16, 24), (33, 65), (28, 28)] {
        cases.push(permuted(1, &[rows, columns], &[1, 0]));
        cases.push(permuted(3, &[rows, columns], &[1, 0]));
    }
    for axes in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        cases.push(permuted(2, &[5, 17, 9], &axes));
    }
    cases.push(permuted(2, &[2, 3, 2, 5, 2, 3], &[3, 0, 5, 1, 4, 2]));
    cases
}

/// The places of a walk, in the order of the indices.
fn places(samples: usize, dims: &[usize], walk: Walk<'_>) -> Vec<usize> {
    let mut places = vec![];
    for at in 0..samples * dims.iter().product::<usize>() {
        let (mut place, mut rest) = (walk.offset, at);
        for (dim, stride) in dims.iter().zip(walk.strides).rev() {
            place += rest % dim * stride;
            rest /= dim;
        }
        places.push(place + rest * walk.sample);
    }
    places
}

fn walk(side: &(usize, usize, Vec<usize>)) -> Walk<'_> {
    Walk { sample: side.0, offset: side.1, strides: &side.2 }
}

fn check<T: Element>() {
    for (samples, dims, from, to) in &cases() {
        let (from, to) = (walk(from), walk(to));
        let (sources, targets) = (places(*samples, dims, from), places(*samples, dims, to));
        let x = numbers::<T>(1, sources.iter().max().map_or(0, |last| last + 1));
        let start = numbers::<T>(2, targets.iter().max().map_or(0, |last| last + 3));
        for write in [Write::Set, Write::Add] {
            let mut expected = start.clone();
            for (source, target) in sources.iter().zip(&targets) {
                expected[*target] = if write == Write::Set { x[*source] } else { expected[*target] + x[*source] };
            }
            let mut y = start.clone();
            rearrange(*samples, dims, from, &x, to, write, &mut y);
            assert_eq!(y, expected, "{samples} of {dims:?} from {from:?} to {to:?}, {write:?}");
        }
    }
}

#[test]
fn rearrange_is_the_naive_loop() {
    on_every_processor(|| {
        check::<f32>();
        check::<f64>();
    });
}

/// ⟨Ax, y⟩ = ⟨x, Aᵀy⟩, where the adjoint goes the other way.
#[test]
fn rearrange_is_its_own_adjoint() {
    on_every_processor(|| {
        for (samples, dims, from, to) in &cases() {
            let (from, to) = (walk(from), walk(to));
            let length = |walk| places(*samples, dims, walk).into_iter().max().map_or(0, |last| last + 1);
            let (x, dy) = (numbers::<f64>(1, length(from)), numbers::<f64>(2, length(to)));
            let (mut y, mut dx) = (vec![0.0; dy.len()], vec![0.0; x.len()]);
            rearrange(*samples, dims, from, &x, to, Write::Add, &mut y);
            rearrange(*samples, dims, to, &dy, from, Write::Add, &mut dx);
            let (forward, backward) = (inner(&y, &dy), inner(&x, &dx));
            assert!((forward - backward).abs() <= 1e-12 * x.len() as f64, "{dims:?} from {from:?} to {to:?}");
        }
    });
}

/// Where places coincide, they get the sum: the adjoint of an array that is repeated.
#[test]
fn coinciding_places_get_the_sum() {
    on_every_processor(|| {
        for dims in [[4, 300], [300, 4], [17, 1]] {
            let x = numbers::<f64>(3, dims[0] * dims[1]);
            let from = Walk { sample: 0, offset: 0, strides: &[dims[1], 1] };
            let mut rows = vec![1.0; dims[1]];
            rearrange(1, &dims, from, &x, Walk { sample: 0, offset: 0, strides: &[0, 1] }, Write::Add, &mut rows);
            let mut columns = vec![1.0; dims[0]];
            rearrange(1, &dims, from, &x, Walk { sample: 0, offset: 0, strides: &[1, 0] }, Write::Add, &mut columns);
            for (j, row) in rows.iter().enumerate() {
                let expected = 1.0 + (0..dims[0]).map(|i| x[i * dims[1] + j]).sum::<f64>();
                assert!((row - expected).abs() < 1e-12);
            }
            for (column, x) in columns.iter().zip(x.chunks(dims[1])) {
                assert!((column - 1.0 - x.iter().sum::<f64>()).abs() < 1e-12);
            }
        }
    });
}

#[test]
fn walks_that_leave_their_array_panic() {
    let panics = |dims: &[usize], from: &[usize], to: &[usize], offset: usize| {
        let run = || {
            let walks = [from, to].map(|strides| Walk { sample: 0, offset, strides });
            rearrange(1, dims, walks[0], &[1.0_f32; 12], walks[1], Write::Set, &mut [0.0; 12]);
        };
        std::panic::catch_unwind(run).is_err()
    };
    assert!(!panics(&[3, 4], &[4, 1], &[1, 3], 0));
    assert!(panics(&[3, 4], &[4, 1], &[1, 3], 1), "one too far");
    assert!(panics(&[3, 4], &[5, 1], &[1, 3], 0), "x is too short");
    assert!(panics(&[3, 4], &[4, 1], &[1, 4], 0), "y is too short");
    assert!(panics(&[3, 4], &[4, 1], &[usize::MAX, 1], 0), "an overflow");
    assert!(panics(&[3, 4], &[4], &[1, 3], 0), "a stride is missing");
    assert!(panics(&[1; MAX_RANK + 1], &[0; MAX_RANK + 1], &[0; MAX_RANK + 1], 0), "too many axes");
}

/// Large transposes and rows, which are split.
#[cfg(feature = "std")]
#[test]
fn threads_move_the_same_values() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let mut large = vec![permuted(1, &[600, 700], &[1, 0]), permuted(40, &[60, 5, 70], &[2, 1, 0])];
    large.push((5000, vec![54], (54, 0, vec![1]), (57, 3, vec![1])));
    // Places that coincide between the parts cannot be split.
    large.push((1, vec![500, 900], (0, 0, vec![900, 1]), (0, 0, vec![1, 1])));
    for (samples, dims, from, to) in &large {
        let (from, to) = (walk(from), walk(to));
        let last = |walk| places(*samples, dims, walk).into_iter().max().unwrap();
        let x = numbers::<f32>(1, last(from) + 1);
        let moved = || {
            let mut y = numbers::<f32>(2, last(to) + 1);
            rearrange(*samples, dims, from, &x, to, Write::Add, &mut y);
            y
        };
        assert!(moved() == pool.install(moved), "{}", format!("{samples} of {dims:?}"));
    }
}

/// `cargo test -p katachi-core --release --all-features -- --ignored --nocapture rearrange_speed`
#[test]
#[ignore = "a measurement"]
fn rearrange_speed() {
    for case in [
        permuted(1, &[512, 512], &[1, 0]),
        permuted(64, &[28, 28], &[1, 0]),
        permuted(64, &[28, 28, 3], &[2, 0, 1]),
        (1024, vec![54], (54, 0, vec![1]), (57, 0, vec![1])),
        (1024, vec![3], (3, 0, vec![1]), (57, 54, vec![1])),
    ] {
        let (samples, dims, from, to) = &case;
        let (from, to) = (walk(from), walk(to));
        let last = |walk| places(*samples, dims, walk).into_iter().max().unwrap();
        let (x, mut y) = (numbers::<f32>(1, last(from) + 1), numbers::<f32>(2, last(to) + 1));
        let elements = samples * dims.iter().product::<usize>();
        super::time(&format!("rearrange {samples} of {dims:?} to {to:?}"), elements, || {
            rearrange(*samples, dims, from, &x, to, Write::Set, &mut y);
        });
        super::time("as many copied", elements, || y[..elements].copy_from_slice(&x[..elements]));
    }
}
