//! A training step and a prediction allocate nothing. A binary of its own with a single test, so that every allocation
//! that is counted, on whichever thread, is one of the work under test.
#![allow(missing_docs, reason = "the models of tests are explained by the tests that use them")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use katachi::data::Order;
use katachi::prelude::*;
use katachi::trainer::Minibatch;

/// The system's allocator, with a count of the calls that ask for memory, on all threads.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: every call is handed to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's contract is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's contract is the system's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's contract is the system's.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// How often memory was asked for during `work`, on all threads.
fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    work();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

katachi::model! {
    struct Small {
        hidden: Dense(20 => 16, gelu, l2 = 0.01),
        Dropout(0.5),
        logits: Dense(16 => 10),
    }
}

katachi::model! {
    struct Mlp {
        hidden1: Dense(784 => 700, relu),
        hidden2: Dense(700 => 500, relu),
        logits: Dense(500 => 10),
    }
}

/// Samples of shape `X` with values of either sign, and labels that go round.
fn samples<X: Shape>(samples: u16) -> Dataset<X, Labels<U10>> {
    let values = (0..=u16::MAX).map(|number| f32::from(number.wrapping_mul(40_503)) / 32_768.0 - 1.0);
    let inputs = values.cycle().take(usize::from(samples) * X::SIZE).collect();
    Dataset::from_labels(inputs, (0..samples).map(|sample| u32::from(sample) % 10).collect()).expect("whole samples")
}

const LOSS: SparseCategoricalCrossentropy<katachi::loss::Logits> = SparseCategoricalCrossentropy::from_logits();

/// Checks steps by hand and predictions of a model, on the threads of the caller.
macro_rules! check_steps {
    ($model:ident, $inputs:ty, batch = $batch:literal, $threads:expr) => {{
        let place = format!(concat!(stringify!($model), " on {}"), $threads);
        let data = samples::<$inputs>(3 * $batch);

        for optimizer in [&mut Sgd::new(0.01).momentum(0.9) as &mut dyn Step, &mut Adam::new(1e-3)] {
            let mut model = $model::init(1);
            let (mut workspace, mut batch) = (Workspace::new($batch), Minibatch::new($batch));
            let mut order = Order::new(data.len(), 1);
            let mut pass = Pass { seed: 1, step: 0 };
            let mut epoch = |number| {
                for rows in order.epoch(number).chunks($batch) {
                    batch.gather(&data, rows);
                    workspace.forward(&model, &batch.inputs(), pass).expect("a batch of that size");
                    workspace.loss(&model, &LOSS, batch.targets());
                    let gradient = workspace.backward(&model, &batch.inputs(), pass);
                    optimizer.step(model.as_mut_slice(), gradient.as_slice());
                    pass.step += 1;
                }
            };
            let first = allocations(|| epoch(0));
            assert!(first > 0, "{place}: the optimizer's state was not seen, so nothing is counted");
            assert_eq!(allocations(|| epoch(1)), 0, "{place}: steps by hand");
        }

        let model = $model::init(1);
        let mut workspace = InferenceWorkspace::new($batch);
        let mut predict = || {
            for (x, _) in data.batches($batch).expect("a size above 0") {
                model.predict_into(&x, &mut workspace).expect("a batch of that size");
                workspace.infer(&model, &x).expect("a batch of that size");
            }
        };
        predict();
        assert_eq!(allocations(predict), 0, "{place}: predictions");
    }};
}

/// Checks that what a training allocates does not depend on the number of its steps.
macro_rules! check_fit {
    ($model:ident, $inputs:ty, batch = $batch:literal, $threads:expr) => {{
        let place = format!(concat!(stringify!($model), " on {}"), $threads);
        let data = samples::<$inputs>(3 * $batch);
        let fit = |data: &Dataset<$inputs, Labels<U10>>, epochs| {
            let mut model = $model::init(1);
            let trainer = Trainer::new(Adam::new(1e-3), LOSS).metric(Accuracy).validation(data).batch_size($batch);
            let mut trainer = trainer.epochs(epochs).verbose(Verbosity::Silent);
            allocations(|| drop(trainer.fit(&mut model, data).expect("a training")))
        };
        let one_step = data.take($batch).expect("some of the samples");
        let allocated = fit(&one_step, 2);
        assert_eq!(allocated, fit(&data, 2), "{place}: 1 and 3 steps an epoch");
        // What an epoch allocates is its line of the history: names, values, and now and then a longer column.
        assert!(fit(&one_step, 3) - allocated < 32, "{place}: a further epoch");
    }};
}

/// An optimizer, whichever.
trait Step: Send {
    fn step(&mut self, parameters: &mut [f32], gradient: &[f32]);
}

impl<O: Optimizer<f32>> Step for O {
    fn step(&mut self, parameters: &mut [f32], gradient: &[f32]) {
        self.update(parameters, gradient).expect("options that make sense");
    }
}

#[test]
fn after_the_first_step_nothing_is_allocated() {
    // Large products are split inside of a pool only.
    check_steps!(Small, shape!(20), batch = 32, "a thread of no pool");
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            // A thread allocates when it starts and when it first looks for work: that is not counted.
            rayon::broadcast(|_| ());
            rayon::join(|| (), || ());
            let place = format_args!("{threads} threads");
            check_steps!(Small, shape!(20), batch = 32, place);
            check_fit!(Small, shape!(20), batch = 32, place);
            check_steps!(Mlp, shape!(784), batch = 128, place);
            check_fit!(Mlp, shape!(784), batch = 128, place);
        });
    }
}
