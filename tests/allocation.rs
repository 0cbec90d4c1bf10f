//! A training step and a prediction allocate nothing. A binary of its own with a single test, so that every allocation
//! that is counted, on whichever thread, is one of the work under test.
#![allow(missing_docs, reason = "the models of tests are explained by the tests that use them")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use katachi::data::Order;
use katachi::ending::{Ending, LinearOutputs, LogSoftmaxOutputs, OtherOutputs, SigmoidOutputs, SoftmaxOutputs};
use katachi::kernels::Write;
use katachi::loss::Loss;
use katachi::model::ParameterInfo;
use katachi::prelude::*;
use katachi::schedule::{CosineDecay, ExponentialDecay};
use katachi::targets::{ClassLabels, Form, TargetValues};
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
        hidden: Dense(20 => 16, gelu, l2 = 0.01, orthogonal_rows = 0.1, orthogonal_columns = 0.1, bias_l1 = 0.1,
            kernel_constraint = max_norm(0.5)),
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

/// Checks that steps of an optimizer allocate nothing after the first, in [`Frozen::step`], which also tells the arrays.
fn check_optimizer(name: &str, optimizer: impl Optimizer<f32>) {
    check_calls(name, optimizer, 1);
}

/// The same, where the first step is that of so many gradients.
fn check_calls(name: &str, mut optimizer: impl Optimizer<f32>, gradients: usize) {
    let (mut model, mut gradient) = (Small::init(1), Small::<f32>::zeros());
    gradient.as_mut_slice().fill(0.5);
    let mut frozen = Frozen::new().freeze(&paths::<Small>()[0]).expect("a name of the model's");
    let mut step = || frozen.step(&mut optimizer, &mut *model, &gradient).expect("options that make sense");
    let first = allocations(|| (0..gradients).for_each(|_| step()));
    assert!(first > 0 || name == "sgd", "{name}: the optimizer's state was not seen, so nothing is counted");
    let all = allocations(|| (0..12).for_each(|_| step()));
    assert_eq!(all, 0, "{name}: steps after the first");
}

/// Every optimizer, and everything that is done around a step.
fn check_optimizers() {
    let rate = || ExponentialDecay::new(1e-3, 3, 0.5).warmup(2).then(6, CosineDecay::new(1e-3, 5)).scaled(0.5);
    check_optimizer("sgd", Sgd::new(rate()));
    check_optimizer("sgd with momentum", Sgd::new(rate()).momentum(0.9).nesterov(true));
    check_optimizer("adam", Adam::new(rate()));
    check_optimizer("amsgrad", Adam::new(rate()).amsgrad(true));
    check_optimizer("adamw", AdamW::new(rate()).exclude_from_weight_decay(["bias"]));
    check_optimizer("rmsprop", Rmsprop::new(rate()));
    check_optimizer("rmsprop with all", Rmsprop::new(rate()).momentum(0.5).centered(true));
    check_optimizer("adagrad", Adagrad::new(rate()));
    check_optimizer("adadelta", Adadelta::new(rate()));
    check_optimizer("adamax", Adamax::new(rate()));
    check_optimizer("nadam", Nadam::new(rate()));
    check_optimizer("lion", Lion::new(rate()));
    check_optimizer("ftrl", Ftrl::new(0.1));
    check_optimizer("clip_value", Adam::new(rate()).clip_value(0.1));
    check_optimizer("global_clip_norm", Adam::new(rate()).global_clip_norm(0.1));
    let all = AdamW::new(rate()).accumulate(2).clip_norm(0.1).ema(0.9).ema_overwrite_frequency(3);
    check_calls("all around", all.exclude_from_weight_decay(["bias"]), 2);
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
        frozen.constrain(&mut model);
    };
    assert!(allocations(&mut step) > 0, "the optimizer's state was not seen, so nothing is counted");
    assert_eq!(allocations(step), 0, "a step of one's own");
}

/// Every loss, with label smoothing where there is one, on 8 rows of 10 outputs.
fn check_losses() {
    fn check<F: Form, E: Ending>(loss: &impl Loss<F, E, f32>, targets: &[F::Item<f32>]) {
        let (outputs, mut gradient) = ([0.1; 80], [0.0; 80]);
        let allocated = allocations(|| {
            let values =
                [loss.value(10, &outputs, targets), loss.value_and_gradient(10, &outputs, targets, &mut gradient)];
            assert!(values.iter().all(|value| value.is_finite()));
        });
        assert_eq!(allocated, 0, "{}", std::any::type_name_of_val(loss));
    }
    let (labels, values) = ([3; 8], [1.0; 80]);
    check::<TargetValues, OtherOutputs>(&MeanSquaredError, &values);
    check::<TargetValues, OtherOutputs>(&MeanAbsoluteError, &values);
    check::<TargetValues, OtherOutputs>(&MeanAbsolutePercentageError, &values);
    check::<TargetValues, OtherOutputs>(&MeanSquaredLogarithmicError, &values);
    check::<TargetValues, OtherOutputs>(&Huber::new(), &values);
    check::<TargetValues, OtherOutputs>(&LogCosh, &values);
    check::<TargetValues, OtherOutputs>(&Poisson, &values);
    check::<TargetValues, OtherOutputs>(&CosineSimilarity, &values);
    check::<TargetValues, LinearOutputs>(&Hinge, &values);
    check::<TargetValues, LinearOutputs>(&SquaredHinge, &values);
    check::<TargetValues, LinearOutputs>(&CategoricalHinge, &values);
    check::<TargetValues, SoftmaxOutputs>(&KlDivergence, &values);
    check::<TargetValues, LinearOutputs>(&BinaryCrossentropy::from_logits().label_smoothing(0.1), &values);
    check::<TargetValues, SigmoidOutputs>(&BinaryCrossentropy::from_probabilities().label_smoothing(0.1), &values);
    check::<TargetValues, LinearOutputs>(&BinaryFocalCrossentropy::from_logits().gamma(1.5), &values);
    check::<TargetValues, SigmoidOutputs>(&BinaryFocalCrossentropy::from_probabilities().gamma(1.5), &values);
    check::<TargetValues, LinearOutputs>(&CategoricalCrossentropy::from_logits().label_smoothing(0.1), &values);
    check::<TargetValues, SoftmaxOutputs>(&CategoricalCrossentropy::from_probabilities().label_smoothing(0.1), &values);
    check::<TargetValues, LogSoftmaxOutputs>(&CategoricalCrossentropy::from_log_probabilities(), &values);
    check::<TargetValues, LinearOutputs>(&CategoricalFocalCrossentropy::from_logits().gamma(1.5), &values);
    check::<TargetValues, SoftmaxOutputs>(&CategoricalFocalCrossentropy::from_probabilities().gamma(1.5), &values);
    check::<TargetValues, LogSoftmaxOutputs>(&CategoricalFocalCrossentropy::from_log_probabilities(), &values);
    check::<ClassLabels, LinearOutputs>(&LOSS.label_smoothing(0.1), &labels);
    let sparse = SparseCategoricalCrossentropy::from_probabilities();
    check::<ClassLabels, SoftmaxOutputs>(&sparse.label_smoothing(0.1), &labels);
    let sparse = SparseCategoricalCrossentropy::from_log_probabilities();
    check::<ClassLabels, LogSoftmaxOutputs>(&sparse.label_smoothing(0.1), &labels);
}

#[test]
fn after_the_first_step_nothing_is_allocated() {
    // Large products are split inside of a pool only.
    check_steps!(Small, labelled::<shape!(20)>(96), LOSS, batch = 32, "a thread of no pool");
    check_custom_step();
    check_optimizers();
    check_losses();
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
            check_steps!(nested::Nested, valued::<shape!(20), shape!(10)>(96), Huber::new(), batch = 32, place);
            check_fit!(nested::Nested, valued::<shape!(20), shape!(10)>(96), Huber::new(), LogCosh, batch = 32, place);
            let f1 = F1Score::average(Average::Macro);
            check_fit!(Small, labelled::<shape!(20)>(96), LOSS, f1, batch = 32, place);
            check_values!(gated::Gated, (shape!(20), shape!(4)), (shape!(10), shape!()), place);
            check_values!(nested::Nested, shape!(20), shape!(10), place);
            check_values!(normed::Normed, shape!(20), shape!(10), place);
            let values = || valued::<shape!(20), shape!(10)>(96);
            check_fit!(normed::Normed, values(), MeanSquaredError, R2Score, batch = 32, place);
            let auc = Auc::roc().thresholds(200);
            check_fit!(normed::Normed, values(), MeanSquaredError, auc, batch = 32, place);
            check_values!(deep::Deep, shape!(20), shape!(10), place);
        });
    }
}
