//! Dropout, without a mask in memory.

use super::parallel;
use super::processor::per_processor;
use crate::element::Element;

/// Elements that a thread takes at a time, about 10 µs of work.
const GRAIN: usize = 1 << 16;

/// Sets about `rate` of the values to 0 and divides the others by `1 - rate` (inverted dropout).
///
/// Whether element i stays is a hash of the key and i, so there is no mask to keep, and dropout with the same key is
/// its own adjoint. A rate of 0 changes nothing.
pub fn dropout<T: Element>(rate: T, key: u64, values: &mut [T]) {
    assert!(rate >= T::ZERO && rate < T::ONE, "a rate from 0 to less than 1");
    if rate > T::ZERO {
        let key = mix64(key);
        parallel::split(values, GRAIN, &|start, values| {
            dropout_piece(rate, key, start, values);
        });
    }
}

per_processor! {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "halves of the key; a rate below 1")]
    fn dropout_piece<T: Element>(rate: T, key: u64, start: usize, values: &mut [T]) {
        let threshold = (rate.to_f64() * f64::from(u32::MAX)) as u32;
        let scale = T::ONE / (T::ONE - rate);
        let (low, high) = (key as u32, (key >> 32) as u32);
        for (offset, value) in values.iter_mut().enumerate() {
            let index = (start as u32).wrapping_add(offset as u32);
            let kept = mix32(mix32(index ^ low) ^ high) >= threshold;
            *value = if kept { *value * scale } else { T::ZERO };
        }
    }
}

/// Spreads every bit of x over all bits (C. Wellons' `lowbias32`).
#[allow(clippy::inline_always, reason = "vectorised inside the caller's loop")]
#[inline(always)]
fn mix32(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// Spreads every bit of x over all bits (`SplitMix64`'s last step), so that neighbouring keys have nothing in common.
fn mix64(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
