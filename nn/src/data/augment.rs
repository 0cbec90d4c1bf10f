//! [`Dataset::augment`]: samples that are changed at random whenever they are trained on.

use std::sync::Arc;

use katachi_core::element::Element;
use katachi_core::random::{Random, Use};
use katachi_core::shape::Shape;
use rayon::prelude::*;

use super::dataset::Dataset;
use crate::targets::Targets;

/// Changes the inputs of a sample with the numbers drawn for it.
pub type Augmentation<T> = Arc<dyn Fn(&mut [T], &mut Random) + Send + Sync>;

impl<X: Shape, Y: Targets, T: Element> Dataset<X, Y, T> {
    /// The same samples, whose inputs `f` changes whenever they are trained on: mirrored images, noise. The samples
    /// themselves stay as they are, and so do evaluations and predictions.
    ///
    /// The random numbers depend on the seed of the training, on the epoch and on the number of the sample only: so a
    /// training gives the same bits on any number of threads. A second `augment` changes what the first made. Whatever
    /// else is done to the samples, such as [`map_inputs`](Self::map_inputs), is done before. `f` runs on several threads,
    /// so it changes nothing but the sample; to count, it takes an atomic number.
    ///
    /// ```
    /// use katachi::data::digits;
    /// use katachi::trainer::Minibatch;
    ///
    /// // Half of the images are mirrored.
    /// let data = digits().augment(|image, random| {
    ///     if random.unit() < 0.5 {
    ///         image.chunks_exact_mut(8).for_each(<[f32]>::reverse);
    ///     }
    /// });
    /// let (mut batch, mut again) = (Minibatch::new(32), Minibatch::new(32));
    /// let rows: Vec<usize> = (0..32).collect();
    /// batch.fill(&data, &rows, 22, 0); // for the first epoch of a training with the seed 22
    /// again.fill(&data, &rows, 22, 0);
    /// assert_eq!(batch.inputs().as_slice(), again.inputs().as_slice());
    /// again.fill(&data, &rows, 22, 1);
    /// assert_ne!(batch.inputs().as_slice(), again.inputs().as_slice());
    /// ```
    pub fn augment(&self, f: impl Fn(&mut [T], &mut Random) + Send + Sync + 'static) -> Self {
        let augmentation: Augmentation<T> = match self.augmentation.clone() {
            None => Arc::new(f),
            Some(first) => Arc::new(move |sample, random| {
                first(sample, random);
                f(sample, random);
            }),
        };
        Self { augmentation: Some(augmentation), ..self.clone() }
    }

    /// Changes inputs that were gathered from the samples `rows`, for an epoch of a training with this seed.
    pub(crate) fn augment_gathered(&self, inputs: &mut [T], rows: &[usize], seed: u64, epoch: u64) {
        /// Fewer samples are not worth a task.
        const LEAST: usize = 4;
        let Some(augmentation) = &self.augmentation else { return };
        let change = |(sample, &row): (&mut [T], &usize)| {
            augmentation(sample, &mut Random::keyed(seed, Use::Augmentation, epoch, row as u64));
        };
        // Outside of a pool, entering one would allocate.
        if rayon::current_thread_index().is_some() {
            inputs.par_chunks_exact_mut(X::SIZE).zip(rows).with_min_len(LEAST).for_each(change);
        } else {
            inputs.chunks_exact_mut(X::SIZE).zip(rows).for_each(change);
        }
    }
}
