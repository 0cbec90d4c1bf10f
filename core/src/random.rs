//! Random numbers: `ChaCha8`, which gives the same on every machine and in every version.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What numbers are drawn for. Two uses of the same seed have nothing in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The order of the samples in an epoch.
    Order = 0,
    /// The first values of parameters.
    Parameters = 1,
    /// Tensors of random numbers.
    Tensors = 2,
    /// Changes of samples, such as mirrored or noisy images.
    Augmentation = 3,
}

/// The numbers of one stream of a seed for one use.
///
/// ```
/// use katachi_core::random::{Random, Use};
///
/// let mut random = Random::new(22, Use::Tensors, 0);
/// let first = random.unit();
/// assert!((0.0..1.0).contains(&first));
/// assert_eq!(Random::new(22, Use::Tensors, 0).unit(), first);
/// assert_ne!(Random::new(22, Use::Parameters, 0).unit(), first);
/// ```
#[derive(Clone, Debug)]
pub struct Random(ChaCha8Rng);

impl Random {
    /// The first number of a stream is next. Seed and use are the key, so all streams are independent.
    ///
    /// `seed_from_u64` and the distributions of `rand` may change their values with a version; `ChaCha` may not.
    pub fn new(seed: u64, used_for: Use, stream: u64) -> Self {
        Self::keyed(seed, used_for, 0, stream)
    }

    /// As [`new`](Self::new), with a stream for each pair of numbers: an epoch, say, and a sample of it.
    pub fn keyed(seed: u64, used_for: Use, number: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = used_for as u8;
        key[16..24].copy_from_slice(&number.to_le_bytes());
        let mut random = ChaCha8Rng::from_seed(key);
        random.set_stream(stream);
        Self(random)
    }

    /// Uniform in [0, 1): the highest 53 of 64 bits, which is what an `f64` holds.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A number from 0 to `bound` - 1, each equally likely; 0 where `bound` is 0.
    ///
    /// By Lemire's method: the upper half of a product, of which the few draws that would favour some numbers are thrown
    /// away. Draws are of 64 bits whatever the width of `usize`.
    #[allow(clippy::cast_possible_truncation, reason = "halves of a product, and a number below a `usize`")]
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        let unfair = bound.wrapping_neg().checked_rem(bound).unwrap_or(0);
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(bound);
            let [low, high] = [product, product >> 64].map(|half| half as u64);
            if low >= unfair {
                return high as usize;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{Random, Use};

    #[test]
    #[allow(clippy::float_cmp, reason = "to the last bit")]
    fn the_numbers_of_a_seed_never_change() {
        // From an implementation of ChaCha8 in Python.
        for (used_for, stream, first, second) in [
            (Use::Order, 0, 0.264_880_938_471_023_34, 0.405_065_680_290_641_6),
            (Use::Order, 1, 0.446_903_833_884_564_67, 0.145_280_027_505_211_3),
            (Use::Parameters, 0, 0.879_217_170_534_357_7, 0.659_099_035_715_572_8),
            (Use::Tensors, 0, 0.718_188_490_569_893_3, 0.740_622_712_276_048_5),
            (Use::Tensors, 1, 0.880_624_373_577_237_7, 0.261_926_349_044_820_5),
        ] {
            let mut random = Random::new(22, used_for, stream);
            assert_eq!((random.unit(), random.unit()), (first, second), "{used_for:?} {stream}");
        }
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "to the last bit")]
    fn every_pair_of_numbers_has_a_stream_of_its_own() {
        let first = |number, stream| Random::keyed(22, Use::Augmentation, number, stream).unit();
        assert_eq!(first(0, 7), Random::new(22, Use::Augmentation, 7).unit());
        let mut drawn: Vec<u64> =
            (0..10).flat_map(|number| (0..10).map(move |stream| first(number, stream).to_bits())).collect();
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 100);
    }

    #[test]
    fn a_number_lies_below_its_bound() {
        let mut random = Random::new(22, Use::Order, 0);
        for bound in [1, 2, 3, 1000, usize::MAX] {
            assert!((0..100).all(|_| random.below(bound) < bound));
        }
        assert_eq!(random.below(0), 0);
    }
}
