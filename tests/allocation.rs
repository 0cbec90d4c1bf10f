//! A training step and a prediction allocate nothing. A binary of its own with a single test, so that every allocation
//! that is counted, on whichever thread, is one of the work under test.
#![allow(missing_docs, reason = "the models of tests are explained by the tests that use them")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use katachi::data::Order;
use katachi::kernels::Write;
use katachi::model::ParameterInfo;
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

/// A function of two inputs, to two outputs.
mod gated {
    katachi::model! {
        pub struct Gated {
            stem: Dense(20 => 16, relu),
            gate: Dense(4 => 16, sigmoid),
            head: Dense(16 => 10, l2 = 0.01),
        }

        fn forward(x: [20], extra: [4]) -> ([10], []) {
            let h = dropout(stem(x) * gate(extra), 0.2);
            (head(h), sum(square(h)))
        }
    }
}

/// A model that is a layer of another, called twice.
mod nested {
    katachi::model! {
        pub struct Block {
            inner: Dense(16 => 24, gelu),
            outer: Dense(24 => 16),
        }

        fn forward(x: [16]) -> [16] {
            x + outer(inner(x))
        }
    }

    katachi::model! {
        pub struct Nested {
            stem: Dense(20 => 16),
            block: Block(16 => 16),
            #[frozen]
            fixed: Block(16 => 16),
            head: Dense(16 => 10),
        }

        fn forward(x: [20]) -> [10] {
            head(fixed(block(block(stem(x)))))
        }
    }
}

/// Weights of length 1 times a length of their own (Salimans and Kingma 2016): computed from parameters alone, once a pass.
mod normed {
    katachi::model! {
        pub struct Normed {
            direction: Param(20, 10),
            length: Param(10, init = ones),
            bias: Param(10),
        }

        fn forward(x: [20]) -> [10] {
            matmul(x, direction / norm(direction, axis = 0) * length) + bias
        }
    }
}

/// Fifty times four nodes.
mod deep {
    macro_rules! deep {
        ($($step:tt)*) => {
            katachi::model! {
                pub struct Deep {
                    stem: Dense(20 => 16),
                    layer: Dense(16 => 16),
                    head: Dense(16 => 10),
                }

                fn forward(x: [20]) -> [10] {
                    let h = stem(x);
                    $(let h = h + tanh(layer(h)) * $step;)*
                    head(h)
                }
            }
        };
    }

    deep! {
        0.10 0.11 0.12 0.13 0.14 0.15 0.16 0.17 0.18 0.19 0.20 0.21 0.22 0.23 0.24 0.25 0.26 0.27 0.28 0.29 0.30 0.31 0.32 0.33 0.34
        0.35 0.36 0.37 0.38 0.39 0.40 0.41 0.42 0.43 0.44 0.45 0.46 0.47 0.48 0.49 0.50 0.51 0.52 0.53 0.54 0.55 0.56 0.57 0.58 0.59
    }
}

/// Numbers of either sign.
fn values(count: usize) -> Vec<f32> {
    (0..=u16::MAX).map(|number| f32::from(number.wrapping_mul(40_503)) / 32_768.0 - 1.0).cycle().take(count).collect()
}

/// Samples of shape `X`, and labels that go round.
fn labelled<X: Shape>(samples: u16) -> Dataset<X, Labels<U10>> {
    let inputs = values(usize::from(samples) * X::SIZE);
    Dataset::from_labels(inputs, (0..samples).map(|sample| u32::from(sample) % 10).collect()).expect("whole samples")
}

/// Samples of shape `X`, and targets of shape `Y`.
fn valued<X: Shape, Y: Shape>(samples: usize) -> Dataset<X, Values<Y>> {
    Dataset::from_values(values(samples * X::SIZE), values(samples * Y::SIZE)).expect("whole samples")
}

const LOSS: SparseCategoricalCrossentropy<katachi::loss::Logits> = SparseCategoricalCrossentropy::from_logits();

/// Checks steps by hand and predictions of a model, on the threads of the caller.
macro_rules! check_steps {
    ($model:ty, $data:expr, $loss:expr, batch = $batch:literal, $threads:expr) => {{
        let place = format!(concat!(stringify!($model), " on {}"), $threads);
        let (data, loss) = ($data, $loss);

        for optimizer in [&mut Sgd::new(0.01).momentum(0.9) as &mut dyn Step, &mut Adam::new(1e-3)] {
            let mut model = <$model>::init(1);
            let (mut workspace, mut batch) = (Workspace::new($batch), Minibatch::new($batch));
            let mut order = Order::new(data.len(), 1);
            let mut pass = Pass { seed: 1, step: 0 };
            let mut epoch = |number| {
                for rows in order.epoch(number).chunks($batch) {
                    batch.gather(&data, rows);
                    workspace.forward(&model, &batch.inputs(), pass).expect("a batch of that size");
                    workspace.loss(&model, &loss, batch.targets());
                    let gradient = workspace.backward(&model, &batch.inputs(), pass);
                    optimizer.step(model.as_mut_slice(), gradient.as_slice());
                    pass.step += 1;
                }
            };
            let first = allocations(|| epoch(0));
            assert!(first > 0, "{place}: the optimizer's state was not seen, so nothing is counted");
            assert_eq!(allocations(|| epoch(1)), 0, "{place}: steps by hand");
        }

        let model = <$model>::init(1);
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
    ($model:ty, $data:expr, $loss:expr, $metric:expr, batch = $batch:literal, $threads:expr) => {{
        let place = format!(concat!(stringify!($model), " on {}"), $threads);
        let whole = $data;
        let one_step = whole.take($batch).expect("some of the samples");
        let fit = |data, epochs| {
            let mut model = <$model>::init(1);
            let first = paths::<$model>().remove(0);
            let trainer = Trainer::new(Adam::new(1e-3), $loss).metric($metric).freeze(first).validation(data);
            let mut trainer = trainer.batch_size($batch).epochs(epochs).verbose(Verbosity::Silent);
            allocations(|| drop(trainer.fit(&mut model, data).expect("a training")))
        };
        let allocated = fit(&one_step, 2);
        assert_eq!(allocated, fit(&whole, 2), "{place}: 1 and 3 steps an epoch");
        // What an epoch allocates is its line of the history: names, values, and now and then a longer column.
        assert!(fit(&one_step, 3) - allocated < 32, "{place}: a further epoch");
    }};
}

/// Checks both for a model that is trained towards values.
macro_rules! check_values {
    ($model:ty, $inputs:ty, $outputs:ty, $threads:expr) => {{
        check_steps!($model, valued::<$inputs, $outputs>(96), MeanSquaredError, batch = 32, $threads);
        check_fit!($model, valued::<$inputs, $outputs>(96), MeanSquaredError, MeanSquaredError, batch = 32, $threads);
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

/// The names of the arrays of `M`.
fn paths<M: Model>() -> Vec<String> {
    let mut paths = Vec::new();
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, _, _| paths.push(path.to_string()));
    paths
}

/// A step of one's own: a loss that is a function, the gradients of inputs and of several batches, a part that rests.
fn check_custom_step() {
    let (data, mut model) = (valued::<shape!(20), shape!(10)>(64), normed::Normed::init(1));
    let mut adam = Adam::new(1e-3);
    let mut workspace = Workspace::new(32);
    let mut frozen = Frozen::new().freeze("direction").expect("a name of the model's");
    let mut dx = vec![0.0; 32 * 20];
    let mut step = || {
        for (write, (x, targets)) in [Write::Set, Write::Add].into_iter().zip(data.batches(32).expect("a size above 0"))
        {
            workspace.forward(&model, &x, Pass::default()).expect("a batch of that size");
            workspace.loss_with(&model, |outputs, gradient| {
                let errors = outputs.as_slice().iter().zip(targets.as_batch().as_slice());
                gradient.iter_mut().zip(errors).map(|(dy, (y, t))| (*dy = y - t, (y - t) * (y - t) / 2.0).1).sum()
            });
            workspace.backward_with(&model, &x, Some(&mut dx), write, Pass::default());
        }
        workspace.gradient_mut().as_mut_slice().iter_mut().for_each(|derivative| *derivative /= 64.0);
        frozen.step(&mut adam, &mut model, workspace.gradient()).expect("options that make sense");
    };
    assert!(allocations(&mut step) > 0, "the optimizer's state was not seen, so nothing is counted");
    assert_eq!(allocations(step), 0, "a step of one's own");
}

#[test]
fn after_the_first_step_nothing_is_allocated() {
    // Large products are split inside of a pool only.
    check_steps!(Small, labelled::<shape!(20)>(96), LOSS, batch = 32, "a thread of no pool");
    check_custom_step();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            // A thread allocates when it starts and when it first looks for work: that is not counted.
            rayon::broadcast(|_| ());
            rayon::join(|| (), || ());
            let place = format_args!("{threads} threads");
            check_steps!(Small, labelled::<shape!(20)>(96), LOSS, batch = 32, place);
            check_fit!(Small, labelled::<shape!(20)>(96), LOSS, Accuracy, batch = 32, place);
            // Rows that do not lie side by side, with weights, changed at random.
            let view =
                labelled::<shape!(20)>(96).shuffle(1).augment(|sample, random| sample.rotate_left(random.below(20)));
            let view = view.with_weights(vec![0.5; 96]).expect("a weight for each sample");
            check_fit!(Small, view, LOSS, Accuracy, batch = 32, place);
            check_steps!(Mlp, labelled::<shape!(784)>(384), LOSS, batch = 128, place);
            check_fit!(Mlp, labelled::<shape!(784)>(384), LOSS, Accuracy, batch = 128, place);
            check_values!(gated::Gated, (shape!(20), shape!(4)), (shape!(10), shape!()), place);
            check_values!(nested::Nested, shape!(20), shape!(10), place);
            check_values!(normed::Normed, shape!(20), shape!(10), place);
            check_values!(deep::Deep, shape!(20), shape!(10), place);
        });
    }
}
