//! [`Prefetch`]: batches that a second thread gathers.

use std::ops::{Deref, Range};
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::dataset::Dataset;
use super::order::Order;
use crate::targets::Targets;
use crate::trainer::Minibatch;

/// Batches that a second thread gathers, and augments, while this one works: an iterator of [`Prefetched`].
///
/// The thread begins with the first batch, and has ended when the iterator is dropped, wherever the loop was left. A
/// panic in it, as of an augmentation, goes on in the thread that asks for the batch.
///
/// ```
/// use katachi::data::{Order, digits};
/// use katachi::trainer::Minibatch;
///
/// let data = digits();
/// for epoch in 0..2 {
///     let mut order = Order::new(data.len(), 22);
///     let rows = order.epoch(epoch).chunks(32);
///     for (batch, rows) in data.batches(32)?.prefetch(2).epoch(22, epoch).zip(rows) {
///         let mut same = Minibatch::new(32);
///         same.fill(&data, rows, 22, epoch);
///         assert_eq!(batch.inputs().as_slice(), same.inputs().as_slice());
///     }
/// }
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub struct Prefetch<X: Shape, Y: Targets, T: Element> {
    /// What the thread is to do, until it begins.
    plan: Option<Plan<X, Y, T>>,
    /// How many batches are still to come.
    left: usize,
    worker: Option<Worker<X, Y, T>>,
}

/// A batch of [`Prefetch`]: a [`Minibatch`] whose memory is used again when it is dropped.
pub struct Prefetched<X: Shape, Y: Targets, T: Element> {
    batch: Minibatch<X, Y, T>,
    back: Sender<Minibatch<X, Y, T>>,
}

/// What the thread does.
struct Plan<X: Shape, Y: Targets, T: Element> {
    data: Dataset<X, Y, T>,
    rows: Range<usize>,
    size: usize,
    ahead: usize,
    /// Seed and number of the epoch, if it is one of a training.
    epoch: Option<(u64, u64)>,
}

struct Worker<X: Shape, Y: Targets, T: Element> {
    full: Receiver<Minibatch<X, Y, T>>,
    back: Sender<Minibatch<X, Y, T>>,
    thread: JoinHandle<()>,
}

impl<X: Shape, Y: Targets, T: Element> Prefetch<X, Y, T> {
    pub(super) fn new(data: Dataset<X, Y, T>, rows: Range<usize>, size: usize, ahead: usize) -> Self {
        let left = rows.len().div_ceil(size);
        let size = size.min(data.len());
        Self { plan: Some(Plan { data, rows, size, ahead, epoch: None }), left, worker: None }
    }

    /// The samples as a training with this seed visits them in this epoch (counted from 0), shuffled and augmented, in
    /// place of their order in the dataset. To be called before the first batch is asked for.
    pub fn epoch(mut self, seed: u64, epoch: u64) -> Self {
        self.plan = self.plan.take().map(|plan| Plan { epoch: Some((seed, epoch)), ..plan });
        self
    }
}

impl<X: Shape, Y: Targets, T: Element> Plan<X, Y, T> {
    /// Starts the thread.
    fn start(self) -> Worker<X, Y, T> {
        // The batch that waits to be sent is one more.
        let (full, ready) = sync_channel(self.ahead.max(1) - 1);
        let (back, emptied) = channel();
        let thread = std::thread::spawn(move || self.run(&full, &emptied));
        Worker { full: ready, back, thread }
    }

    /// Sends all batches, until nobody wants them any more.
    fn run(&self, full: &SyncSender<Minibatch<X, Y, T>>, emptied: &Receiver<Minibatch<X, Y, T>>) {
        let mut order = self.epoch.map(|(seed, _)| Order::new(self.data.len(), seed));
        let in_order: Vec<usize>;
        let rows = if let (Some(order), Some((_, epoch))) = (&mut order, self.epoch) {
            &order.epoch(epoch)[self.rows.clone()]
        } else {
            in_order = self.rows.clone().collect();
            &in_order
        };
        for rows in rows.chunks(self.size) {
            let mut batch = emptied.try_recv().unwrap_or_else(|_| Minibatch::new(self.size));
            match self.epoch {
                Some((seed, epoch)) => batch.fill(&self.data, rows, seed, epoch),
                None => batch.gather(&self.data, rows),
            }
            if full.send(batch).is_err() {
                return;
            }
        }
    }
}

impl<X: Shape, Y: Targets, T: Element> Iterator for Prefetch<X, Y, T> {
    type Item = Prefetched<X, Y, T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        if let Some(plan) = self.plan.take() {
            self.worker = Some(plan.start());
        }
        if let Some(worker) = &self.worker
            && let Ok(batch) = worker.full.recv()
        {
            self.left -= 1;
            return Some(Prefetched { batch, back: worker.back.clone() });
        }
        // The thread has ended before its last batch.
        self.left = 0;
        if let Some(Err(panic)) = self.worker.take().map(|worker| worker.thread.join()) {
            resume_unwind(panic);
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<X: Shape, Y: Targets, T: Element> ExactSizeIterator for Prefetch<X, Y, T> {}

impl<X: Shape, Y: Targets, T: Element> Drop for Prefetch<X, Y, T> {
    fn drop(&mut self) {
        if let Some(Worker { full, thread, .. }) = self.worker.take() {
            drop(full); // So that the thread sends no more.
            // A panic that nobody has asked the batch of stays in its thread.
            drop(thread.join());
        }
    }
}

impl<X: Shape, Y: Targets, T: Element> Deref for Prefetched<X, Y, T> {
    type Target = Minibatch<X, Y, T>;

    fn deref(&self) -> &Self::Target {
        &self.batch
    }
}

impl<X: Shape, Y: Targets, T: Element> Drop for Prefetched<X, Y, T> {
    fn drop(&mut self) {
        let batch = std::mem::replace(&mut self.batch, Minibatch::new(0));
        drop(self.back.send(batch)); // If the thread has ended, the memory is freed.
    }
}
