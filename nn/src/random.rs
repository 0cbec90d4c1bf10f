//! Random numbers: `ChaCha8`, which gives the same on every machine and in every version.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// What numbers are drawn for. Two uses of the same seed have nothing in common.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Use {
    #[cfg(feature = "std")]
    Order = 0,
    Parameters = 1,
}

/// The numbers of one stream of a seed for one use: seed and use are the key.
///
/// `seed_from_u64` and the distributions of `rand` may change their values with a version; `ChaCha` may not.
pub(crate) fn generator(seed: u64, used_for: Use, stream: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8] = used_for as u8;
    let mut random = ChaCha8Rng::from_seed(key);
    random.set_stream(stream);
    random
}
