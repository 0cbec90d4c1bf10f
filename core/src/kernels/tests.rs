//! Every kernel against a naive loop in `f64`, on every processor that this machine can be.

mod dense;
mod elementwise;
mod lookup;
mod matmul;
mod optimizer;
mod pointwise;
mod programs;
mod rearrange;
mod reduce;
mod rows;
mod threads;

use std::cell::Cell;
use std::vec::Vec;

use super::processor::Processor;
use crate::element::Element;

std::thread_local! {
    static FORCED: Cell<Option<Processor>> = const { Cell::new(None) };
}

/// What [`Processor::detect`] finds in a test that asked for it.
pub(crate) fn forced() -> Option<Processor> {
    FORCED.get()
}

/// Runs the check with the kernels of every processor up to this one.
fn on_every_processor(check: impl Fn()) {
    let best = Processor::detect();
    let mut all = std::vec![Processor::Portable];
    #[cfg(target_arch = "x86_64")]
    if best != Processor::Portable {
        all.push(Processor::Avx2);
        if best == Processor::Avx512 {
            all.push(Processor::Avx512);
        }
    }
    for processor in all {
        FORCED.set(Some(processor));
        check();
    }
    FORCED.set(None);
}

/// Numbers that look random, from -1 to 1.
fn numbers<T: Element>(seed: u64, length: usize) -> Vec<T> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            T::from_f64((state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0)
        })
        .collect()
}

/// How far sums of `terms` products may be from the exact ones.
fn tolerance<T: Element>(terms: usize) -> f64 {
    let epsilon = if T::NAME == "f32" { f64::from(f32::EPSILON) } else { f64::EPSILON };
    epsilon * (4.0 + terms as f64)
}

#[track_caller]
fn assert_close<T: Element>(what: &str, actual: &[T], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len());
    for (i, (a, e)) in actual.iter().zip(expected).enumerate() {
        let error = (a.to_f64() - e).abs();
        // Written so that a NaN fails.
        assert!(error <= tolerance * e.abs().max(1.0), "{what}, element {i}: {a}, not {e}");
    }
}

/// ⟨a, b⟩.
fn inner<T: Element>(a: &[T], b: &[T]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a.to_f64() * b.to_f64()).sum()
}

/// Prints the shortest time of a call, in all and for each element.
fn time(what: &str, elements: usize, mut call: impl FnMut()) {
    let best = (0..200).map(|_| {
        let start = std::time::Instant::now();
        call();
        start.elapsed().as_nanos()
    });
    let best = best.min().unwrap_or(0) as f64;
    std::println!("{what}: {:.1} µs, {:.3} ns for each of {elements}", best / 1e3, best / elements as f64);
}
