//! [`Order`]: in which order an epoch visits the samples.

use katachi_core::random::{Random, Use};

/// A shuffled order of `len` samples for each epoch, drawn from a seed.
///
/// The order depends on the seed, the epoch and the number of samples only: it is the same on every machine, and
/// epoch 7 can be had without the six before it. All orders of an epoch are equally likely.
///
/// ```
/// use katachi::data::Order;
///
/// let mut order = Order::new(5, 22); // 5 samples, seed 22
/// let first = order.epoch(0).to_vec();
/// assert_ne!(order.epoch(1), first);
/// assert_eq!(order.epoch(0), first);
/// ```
#[derive(Clone, Debug)]
pub struct Order {
    rows: Vec<usize>,
    seed: u64,
}

impl Order {
    /// Orders of `len` samples from `seed`. This allocates; [`epoch`](Self::epoch) does not.
    pub fn new(len: usize, seed: u64) -> Self {
        Self { rows: (0..len).collect(), seed }
    }

    /// The numbers of all samples, from 0, in the order of this epoch.
    pub fn epoch(&mut self, epoch: u64) -> &[usize] {
        let mut random = Random::new(self.seed, Use::Order, epoch);
        for (row, number) in self.rows.iter_mut().zip(0..) {
            *row = number;
        }
        for last in (1..self.rows.len()).rev() {
            self.rows.swap(last, random.below(last + 1));
        }
        &self.rows
    }

    /// The numbers in the order of the last epoch that was asked for, or else as they lie.
    pub(crate) fn rows(&self) -> &[usize] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn every_epoch_is_a_permutation_of_its_own() {
        for len in [0, 1, 2, 3, 10, 1000] {
            let mut order = Order::new(len, 7);
            for epoch in 0..5 {
                let mut rows = order.epoch(epoch).to_vec();
                rows.sort_unstable();
                assert!(rows.into_iter().eq(0..len));
            }
        }
        let mut order = Order::new(1000, 7);
        let first = order.epoch(0).to_vec();
        assert_ne!(order.epoch(1), first);
        assert_ne!(Order::new(1000, 8).epoch(0), first);
        assert_eq!(Order::new(1000, 7).epoch(0), first);
    }

    #[test]
    fn the_order_of_a_seed_never_changes() {
        // From an implementation of ChaCha8 in Python. Other numbers would change what every training with a seed gives.
        assert_eq!(Order::new(10, 22).epoch(0), [8, 4, 0, 9, 7, 6, 5, 1, 3, 2]);
        assert_eq!(Order::new(10, 22).epoch(1), [8, 6, 7, 3, 9, 2, 5, 0, 1, 4]);
    }

    #[test]
    fn the_buffer_is_reused() {
        let mut order = Order::new(100, 1);
        let before = order.epoch(0).as_ptr();
        assert_eq!(order.epoch(1).as_ptr(), before);
    }

    #[test]
    fn all_orders_are_equally_likely() {
        let mut order = Order::new(3, 5);
        let mut counts = [0_u32; 27];
        for epoch in 0..6000 {
            let code = order.epoch(epoch).iter().fold(0, |code, row| 3 * code + row);
            counts[code] += 1;
        }
        let drawn: Vec<u32> = counts.into_iter().filter(|&count| count > 0).collect();
        assert_eq!(drawn.len(), 6);
        // Each count is binomial with mean 1000 and deviation 29: five deviations either way.
        assert!(drawn.iter().all(|count| (856..1144).contains(count)), "{drawn:?}");
    }
}
