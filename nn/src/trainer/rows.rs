//! [`Rows`]: which samples a step takes.

use crate::data::Order;

/// The samples of each batch, pass after pass through the data.
pub(super) struct Rows {
    order: Order,
    shuffle: bool,
    batch_size: usize,
    /// How many batches a pass has.
    batches: usize,
    /// The pass whose order is at hand.
    pass: Option<u64>,
}

impl Rows {
    /// Batches of up to `batch_size` of `len` samples, neither of them 0.
    pub fn new(len: usize, batch_size: usize, drop_remainder: bool, shuffle: bool, seed: u64) -> Self {
        let batches = if drop_remainder { len / batch_size } else { len.div_ceil(batch_size) };
        Self { order: Order::new(len, seed), shuffle, batch_size, batches, pass: None }
    }

    /// How many batches a pass through the data has.
    pub fn batches(&self) -> usize {
        self.batches
    }

    /// The samples of a batch, numbered over all passes.
    pub fn batch(&mut self, number: u64) -> &[usize] {
        let (pass, batch) = (number / self.batches as u64, number % self.batches as u64);
        if self.shuffle && self.pass != Some(pass) {
            self.order.epoch(pass);
            self.pass = Some(pass);
        }
        let rows = self.order.rows();
        #[allow(clippy::cast_possible_truncation, reason = "it is less than the number of batches")]
        let first = batch as usize * self.batch_size;
        &rows[first..rows.len().min(first + self.batch_size)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_has_every_sample_once() {
        for (drop_remainder, batches, samples) in [(false, 3, 10), (true, 2, 8)] {
            let mut rows = Rows::new(10, 4, drop_remainder, true, 7);
            assert_eq!(rows.batches(), batches);
            let mut orders = Vec::new();
            for pass in 0..3 {
                let mut seen: Vec<usize> =
                    (0..batches as u64).flat_map(|batch| rows.batch(pass * batches as u64 + batch).to_vec()).collect();
                orders.push(seen.clone());
                seen.sort_unstable();
                seen.dedup();
                assert_eq!(seen.len(), samples);
            }
            assert_ne!(orders[0], orders[1]);
            assert_eq!(orders[2][..4], *rows.batch(2 * batches as u64)); // Whatever was asked for before.
        }
    }

    #[test]
    fn without_shuffling_they_lie_as_they_are() {
        let mut rows = Rows::new(5, 2, false, false, 7);
        assert_eq!((rows.batch(0).to_vec(), rows.batch(5).to_vec()), (vec![0, 1], vec![4]));
    }
}
