//! The loss that has a kernel of its own, because fusing it with its softmax is both faster and more precise.

use super::processor::per_processor;
use super::softmax::{exp_all, subtract_max, sum};
use crate::element::Element;

/// Elements of the rows that are worked on at a time, so that they stay in the first-level cache.
const BLOCK: usize = 2048;

/// The mean over rows of `ln Σⱼ exp(xⱼ) - x[label]`; the gradient, `(softmax(x) - onehot(label)) / rows`, goes to `dlogits`.
///
/// Each row is shifted by its largest logit, so nothing overflows, and each logit costs one exponential.
pub fn sparse_softmax_cross_entropy<T: Element>(width: usize, logits: &[T], labels: &[u32], dlogits: &mut [T]) -> T {
    assert_eq!(logits.len(), width * labels.len(), "logits are [labels, width]");
    assert_eq!(dlogits.len(), logits.len(), "one derivative for each logit");
    assert!(labels.iter().all(|label| (*label as usize) < width), "labels are less than the number of classes");
    if labels.is_empty() {
        return T::ZERO;
    }
    cross_entropy(width, logits, labels, dlogits)
}

per_processor! {
    fn cross_entropy<T: Element>(width: usize, logits: &[T], labels: &[u32], dlogits: &mut [T]) -> T {
        let mean = T::ONE / T::from_f64(labels.len() as f64);
        let mut loss = T::ZERO;
        let rows = (BLOCK / width).max(1);
        dlogits.copy_from_slice(logits);
        for (dlogits, labels) in dlogits.chunks_mut(rows * width).zip(labels.chunks(rows)) {
            for (row, label) in dlogits.chunks_exact_mut(width).zip(labels) {
                subtract_max(row);
                loss -= row[*label as usize];
            }
            exp_all(dlogits);
            for (row, label) in dlogits.chunks_exact_mut(width).zip(labels) {
                let total = sum(row);
                loss += total.ln();
                let scale = mean / total;
                for dlogit in &mut *row {
                    *dlogit *= scale;
                }
                row[*label as usize] -= mean;
            }
        }
        loss * mean
    }
}
