//! Rows of a table.

use std::vec;
use std::vec::Vec;

use super::{assert_close, inner, numbers, on_every_processor};
use crate::element::Element;
use crate::kernels::{Write, lookup, lookup_adjoint, one_hot};

/// Whole numbers below `rows`, of which many come again.
fn indices<T: Element>(rows: usize, length: usize) -> Vec<T> {
    (0..length).map(|i| T::from_f64((i * i * 7 % rows) as f64)).collect()
}

/// What is no row of a table of `rows`.
fn strangers<T: Element>(rows: usize) -> Vec<T> {
    [rows as f64, -1.0, 0.5, f64::NAN, f64::INFINITY, -f64::INFINITY, 1e30].map(T::from_f64).to_vec()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]
fn number<T: Element>(index: T) -> usize {
    index.to_f64() as usize
}

fn check<T: Element>() {
    for (rows, width, length) in [(1, 1, 1), (10, 1, 33), (7, 3, 20), (50, 16, 100), (9, 33, 5), (3, 2, 0)] {
        let table = numbers::<T>(1, rows * width);
        let indices = indices::<T>(rows, length);
        let mut y = vec![T::ONE; length * width];
        lookup(rows, width, &indices, &table, &mut y);
        for (index, y) in indices.iter().zip(y.chunks(width)) {
            assert_eq!(y, &table[number(*index) * width..][..width]);
        }

        let dy = numbers::<T>(2, length * width);
        for write in [Write::Set, Write::Add] {
            let mut dtable = numbers::<T>(3, rows * width);
            let mut expected: Vec<f64> =
                dtable.iter().map(|d| if write == Write::Set { 0.0 } else { d.to_f64() }).collect();
            for (index, dy) in indices.iter().zip(dy.chunks(width)) {
                for (j, dy) in dy.iter().enumerate() {
                    expected[number(*index) * width + j] += dy.to_f64();
                }
            }
            lookup_adjoint(rows, width, &indices, &dy, write, &mut dtable);
            assert_close("lookup_adjoint", &dtable, &expected, if T::NAME == "f32" { 1e-5 } else { 1e-14 });
            // ⟨lookup(table), dy⟩ = ⟨table, dtable⟩.
            if write == Write::Set {
                let bound = if T::NAME == "f32" { 1e-5 } else { 1e-13 } * (1 + length * width) as f64;
                assert!((inner(&y, &dy) - inner(&table, &dtable)).abs() <= bound);
            }
        }

        let mut y = vec![T::from_f64(5.0); length * rows];
        one_hot(rows, &indices, &mut y);
        for (index, y) in indices.iter().zip(y.chunks(rows)) {
            for (place, y) in y.iter().enumerate() {
                assert_eq!(*y == T::ONE, place == number(*index));
                assert!(*y == T::ONE || *y == T::ZERO);
            }
        }
    }
}

#[test]
fn rows_are_found_and_added_to() {
    on_every_processor(|| {
        check::<f32>();
        check::<f64>();
    });
}

fn check_strangers<T: Element>() {
    let (rows, width) = (4, 3);
    let table = numbers::<T>(1, rows * width);
    let strangers = strangers::<T>(rows);
    let mut y = vec![T::ONE; strangers.len() * width];
    lookup(rows, width, &strangers, &table, &mut y);
    assert!(y.iter().all(|y| y.is_nan()));
    let mut dtable = table.clone();
    lookup_adjoint(rows, width, &strangers, &y, Write::Add, &mut dtable);
    assert_eq!(dtable, table);
    let mut y = vec![T::ONE; strangers.len() * rows];
    one_hot(rows, &strangers, &mut y);
    assert!(y.iter().all(|y| *y == T::ZERO));
    // -0 is 0.
    let mut y = vec![T::ONE; rows];
    one_hot(rows, &[-T::ZERO], &mut y);
    assert!(y[0] == T::ONE);
}

#[test]
fn indices_outside_of_the_table_show() {
    on_every_processor(|| {
        check_strangers::<f32>();
        check_strangers::<f64>();
    });
}

#[test]
fn wrong_sizes_panic() {
    let panics = |call: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).is_err();
    assert!(panics(&|| lookup(2, 3, &[0.0], &[1.0; 5], &mut [0.0; 3])));
    assert!(panics(&|| lookup(2, 3, &[0.0], &[1.0; 6], &mut [0.0; 2])));
    assert!(panics(&|| lookup_adjoint(2, 3, &[0.0], &[1.0; 2], Write::Set, &mut [0.0; 6])));
    assert!(panics(&|| lookup_adjoint(2, 3, &[0.0], &[1.0; 3], Write::Set, &mut [0.0; 5])));
    assert!(panics(&|| one_hot(2, &[0.0], &mut [0.0; 3])));
}

#[test]
fn nothing_is_no_mistake() {
    lookup::<f32>(0, 3, &[], &[], &mut []);
    lookup::<f32>(3, 0, &[1.0], &[], &mut []);
    lookup_adjoint::<f32>(0, 3, &[1.0], &[1.0; 3], Write::Set, &mut []);
    one_hot::<f32>(0, &[1.0], &mut []);
    let mut dtable = vec![7.0_f32; 2];
    lookup_adjoint(2, 1, &[], &[], Write::Set, &mut dtable);
    assert_eq!(dtable, vec![0.0; 2]);
}

#[cfg(feature = "std")]
#[test]
fn threads_do_not_change_the_bits() {
    let (rows, width) = (1003, 32);
    let table = numbers::<f32>(1, rows * width);
    let indices = indices::<f32>(rows, 5000);
    let run = || {
        let mut y = vec![0.0; indices.len() * width];
        lookup(rows, width, &indices, &table, &mut y);
        let mut dtable = table.clone();
        lookup_adjoint(rows, width, &indices, &y, Write::Add, &mut dtable);
        let mut hot = vec![0.0; indices.len() * rows];
        one_hot(rows, &indices, &mut hot);
        [y, dtable, hot].concat()
    };
    let outside = run();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert!(pool.install(run) == outside, "with {threads} threads");
    }
}

/// `cargo test -p katachi-core --release --all-features -- --ignored --nocapture lookup_speed`
#[test]
#[ignore = "a measurement"]
fn lookup_speed() {
    let (rows, width) = (1000, 16);
    let table = numbers::<f32>(1, rows * width);
    let indices = indices::<f32>(rows, 4096);
    let mut y = vec![0.0; indices.len() * width];
    let mut dtable = table.clone();
    super::time("lookup", y.len(), || lookup(rows, width, &indices, &table, &mut y));
    super::time("lookup_adjoint", y.len(), || lookup_adjoint(rows, width, &indices, &y, Write::Set, &mut dtable));
    let mut hot = vec![0.0; indices.len() * 10];
    super::time("one_hot", hot.len(), || one_hot(10, &indices, &mut hot));
}
