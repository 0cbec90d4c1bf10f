//! Small problems that must be learned, and what holds of every training: the same seed gives the same bits, on any
//! number of threads, by the trainer and by hand.

use katachi::data::{Order, digits};
use katachi::loss::{OneShape, SampleLoss};
use katachi::prelude::*;
use katachi::trainer::Minibatch;
use katachi::{Element, Model};

use crate::check::{Numbers, assert_close};

katachi::model! {
    struct Xor { hidden: Dense(2 => 8, tanh), output: Dense(8 => 1, sigmoid) }
}

katachi::model! {
    struct Line { line: Dense(2 => 1) }
}

katachi::model! {
    struct Classifier { hidden: Dense(64 => 32, relu), Dropout(0.2), logits: Dense(32 => 10) }
}

katachi::model! {
    struct Mlp { hidden1: Dense(784 => 700, relu), hidden2: Dense(700 => 500, relu), logits: Dense(500 => 10) }
}

#[test]
fn exclusive_or_is_learned() {
    fn check<T: Element>() {
        let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(|x| x.map(T::from_f64));
        let data = Dataset::from_arrays(inputs, [[0.0], [1.0], [1.0], [0.0]].map(|y| y.map(T::from_f64)));
        let data = data.expect("four samples");
        let mut model = Xor::<T>::init(1);
        let trainer = Trainer::new(Adam::new(0.05), BinaryCrossentropy::from_probabilities()).epochs(300);
        let history = trainer.seed(1).verbose(Verbosity::Silent).fit(&mut model, &data).expect("a training");
        assert_eq!(model.predict_classes(&data), [0, 1, 1, 0]);
        assert!(history.last("loss").is_some_and(|loss| loss < 0.05), "{history}");
    }
    check::<f32>();
    check::<f64>();
}

/// The least squares of targets on two inputs and a constant, through the normal equations.
fn least_squares(inputs: &[f64], targets: &[f64]) -> [f64; 3] {
    // The rows of [AᵀA | Aᵀy].
    let mut rows = [[0.0; 4]; 3];
    for (x, &y) in inputs.chunks(2).zip(targets) {
        let sample = [x[0], x[1], 1.0, y];
        for (row, factor) in rows.iter_mut().zip(sample) {
            row.iter_mut().zip(sample).for_each(|(sum, value)| *sum += factor * value);
        }
    }
    // Gauss and Jordan; the matrix is positive definite, so no pivot is zero.
    for pivot in 0..3 {
        rows[pivot] = rows[pivot].map(|value| value / rows[pivot][pivot]);
        for row in (0..3).filter(|&row| row != pivot) {
            let factor = rows[row][pivot];
            rows[row] = std::array::from_fn(|column| rows[row][column] - factor * rows[pivot][column]);
        }
    }
    rows.map(|row| row[3])
}

#[test]
fn a_line_is_fitted_as_by_the_normal_equations() {
    fn check<T: Element>(tolerance: f64) {
        let mut numbers = Numbers(1);
        let inputs = numbers.take(2 * 50);
        let targets: Vec<f64> =
            inputs.chunks(2).map(|x| 2.0 * x[0] - 3.0 * x[1] + 0.5 + 0.1 * numbers.next()).collect();
        let data = Dataset::<shape!(2), Values<shape!(1), f64>, f64>::from_values(inputs.clone(), targets.clone());
        let data = data.expect("whole samples").cast::<T>();
        let mut model = Line::<T>::init(1);
        // All samples in every step: plain descent to the minimum, which shrinks the distance by a tenth or more a step.
        let trainer = Trainer::new(Sgd::new(0.3), MeanSquaredError).batch_size(50).epochs(500);
        trainer.verbose(Verbosity::Silent).fit(&mut model, &data).expect("a training");
        let found: Vec<f64> = model.as_slice().iter().map(|value| value.to_f64()).collect();
        assert_close(T::NAME, &found, &least_squares(&inputs, &targets), tolerance);
    }
    check::<f64>(1e-12);
    check::<f32>(1e-5); // Descent in f32 stops where a step is less than a rounding: some roundings before the minimum.
}

#[test]
fn digits_are_recognised_after_a_few_epochs() {
    fn check<T: Element>() {
        let (train, test) = digits().cast::<T>().shuffle(1).split(0.8).expect("two parts");
        let mut model = Classifier::<T>::init(1);
        let trainer = Trainer::new(Adam::new(3e-3), SparseCategoricalCrossentropy::from_logits()).metric(Accuracy);
        let mut trainer = trainer.epochs(6).verbose(Verbosity::Silent);
        trainer.fit(&mut model, &train).expect("a training");
        let evaluation = trainer.evaluate(&model, &test).expect("an evaluation");
        assert!(evaluation.get("accuracy").is_some_and(|accuracy| accuracy > 0.9), "{}: {evaluation}", T::NAME);
    }
    check::<f32>();
    check::<f64>();
}

/// 150 digits: with batches of 32 the last of an epoch has 22.
fn some_digits<T: Element>() -> Dataset<shape!(64), Labels<U10>, T> {
    digits().cast::<T>().take(150).expect("150 digits")
}

/// The parameters and losses after three epochs from `init` with the trainer's `seed`.
fn trained<T: Element>(init: u64, seed: u64, batch_size: usize) -> (Vec<T>, Vec<f64>) {
    let mut model = Classifier::<T>::init(init);
    let trainer = Trainer::new(Adam::new(3e-3), SparseCategoricalCrossentropy::from_logits()).batch_size(batch_size);
    let mut trainer = trainer.epochs(3).seed(seed).verbose(Verbosity::Silent);
    let history = trainer.fit(&mut model, &some_digits()).expect("a training");
    (model.as_slice().to_vec(), history.get("loss").expect("losses").to_vec())
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_gives_others() {
    fn check<T: Element>() {
        assert_eq!(trained::<T>(1, 2, 32), trained(1, 2, 32));
        assert_ne!(trained::<T>(1, 2, 32), trained(1, 3, 32), "another order, and other values dropped out");
        assert_ne!(trained::<T>(1, 2, 32), trained(4, 2, 32), "another start");
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn a_batch_of_more_samples_than_there_are_is_a_batch_of_all() {
    assert_eq!(trained::<f32>(1, 2, 1_000_000), trained(1, 2, 150));
}

#[test]
fn the_loop_by_hand_gives_the_bits_of_the_trainer() {
    fn check<T: Element>() {
        let data = some_digits::<T>();
        let mut model = Classifier::<T>::init(1);
        let loss = SparseCategoricalCrossentropy::from_logits();
        let mut optimizer = Adam::new(3e-3);
        let (mut workspace, mut batch) = (Workspace::new(32), Minibatch::new(32));
        let mut order = Order::new(data.len(), 2);
        let mut pass = Pass { seed: 2, step: 0 };
        let mut losses = Vec::new();
        for epoch in 0..3 {
            let mut total = 0.0;
            for rows in order.epoch(epoch).chunks(32) {
                batch.gather(&data, rows);
                workspace.forward(&model, &batch.inputs(), pass).expect("32 samples at most");
                total += workspace.loss(&model, &loss, batch.targets()).to_f64() * rows.len() as f64;
                let gradient = workspace.backward(&model, &batch.inputs(), pass);
                optimizer.step(&mut model, gradient).expect("options that make sense");
                pass.step += 1;
            }
            losses.push(total / data.len() as f64);
        }
        assert_eq!((model.as_slice().to_vec(), losses), trained(1, 2, 32));
    }
    check::<f32>();
    check::<f64>();
}

/// So large that the products and the optimizer's pass are split over the threads.
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    fn check<T: Element>() {
        let inputs = Numbers(1).take(100 * 784).into_iter().map(T::from_f64).collect();
        let data = Dataset::<shape!(784), Labels<U10>, T>::from_labels(inputs, (0..100).map(|i| i % 10).collect());
        let data = data.expect("whole samples");
        let train = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            let mut model = Mlp::<T>::init(1);
            let trainer = Trainer::new(Adam::new(1e-3), SparseCategoricalCrossentropy::from_logits()).batch_size(64);
            let mut trainer = trainer.epochs(2).verbose(Verbosity::Silent);
            let history = pool.install(|| trainer.fit(&mut model, &data)).expect("a training");
            let outputs = pool.install(|| model.predict(&data)).into_vec();
            (model, history, outputs)
        };
        let (model, history, outputs) = train(1);
        for threads in [2, 3] {
            let (other, other_history, other_outputs) = train(threads);
            assert!(model.as_slice() == other.as_slice(), "{} on {threads} threads: other weights", T::NAME);
            assert_eq!(history, other_history, "{} on {threads} threads", T::NAME);
            assert_eq!(outputs, other_outputs, "{} on {threads} threads", T::NAME);
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn an_evaluation_is_the_mean_over_the_samples() {
    let (data, model) = (some_digits::<f64>(), Classifier::<f64>::init(1));
    let logits = model.predict(&data);
    let (mut loss, mut hits) = (0.0, 0.0);
    for (z, &label) in logits.samples().zip(data.labels()) {
        let label = label as usize;
        loss += z.iter().map(|z| z.exp()).sum::<f64>().ln() - z[label];
        hits += f64::from(z.iter().all(|&other| other <= z[label]));
    }
    let expected = [hits / 150.0, loss / 150.0];
    for batch_size in [1, 7, 150, 1000] {
        let trainer = Trainer::new(Adam::<f64>::new(0.0), SparseCategoricalCrossentropy::from_logits());
        let trainer = trainer.metric(Accuracy).batch_size(batch_size);
        let evaluation = trainer.evaluate(&model, &data).expect("an evaluation");
        let (names, values): (Vec<_>, Vec<_>) = evaluation.iter().unzip();
        assert_eq!(names, ["accuracy", "loss"]);
        // 150 losses summed in another order.
        assert_close("evaluation", &values, &expected, 1e-13);
    }
}

#[test]
fn many_samples_are_predicted_as_each_alone() {
    // More than the 256 that are predicted at a time, and no multiple of them.
    let (data, model) = (digits().cast::<f64>().take(600).expect("600 digits"), Classifier::<f64>::init(1));
    let mut alone = InferenceWorkspace::new(1);
    let one_by_one: Vec<f64> = data
        .batches(1)
        .expect("a size above 0")
        .flat_map(|(x, _)| model.predict_into(&x, &mut alone).expect("one sample").as_slice().to_vec())
        .collect();
    // One sample takes another kernel, which sums in another order.
    assert_close("predictions", model.predict(&data).as_slice(), &one_by_one, 1e-12);
}

/// Two inputs, two outputs: where two vectors meet, and the cosine of the angle between them.
mod two_inputs {
    katachi::model! {
        pub struct Network {
            hidden: Dense(2 => 16, tanh),
            sum: Dense(16 => 2),
            product: Dense(16 => 1),
        }

        fn forward(a: [2], b: [2]) -> ([2], []) {
            let (a, b) = (hidden(a), hidden(b));
            (sum(a + b), product(a * b)[0])
        }
    }
}

type Pairs<T> = Dataset<(shape!(2), shape!(2)), Values<(shape!(2), shape!()), T>, T>;

/// 200 pairs of vectors, their sums and the products of their first components.
fn pairs<T: Element>() -> Pairs<T> {
    let batch = |values: Vec<f64>| Batch::<shape!(2), T>::from_vec(values.into_iter().map(T::from_f64).collect());
    let (a, b) = (Numbers(5).take(400), Numbers(6).take(400));
    let sums = a.iter().zip(&b).map(|(a, b)| a + b).collect();
    let products = a.chunks(2).zip(b.chunks(2)).map(|(a, b)| T::from_f64(a[0] * b[0])).collect();
    let products = Batch::<shape!(), T>::from_vec(products).expect("numbers");
    let [a, b, sums] = [a, b, sums].map(|values| batch(values).expect("whole samples"));
    let inputs = Batch::zip((&a, &b)).expect("200 of each");
    let targets = Batch::zip((&sums, &products)).expect("200 of each");
    Dataset::from_batches(inputs, targets).expect("as many of each")
}

#[test]
fn a_function_of_two_inputs_is_learned_towards_two_targets() {
    fn check<T: Element>() {
        let (train, test) = pairs::<T>().split(0.8).expect("two parts");
        let mut model = two_inputs::Network::<T>::init(1);
        let trainer = Trainer::new(Adam::new(0.01), MeanSquaredError).metric(MeanSquaredError).validation(&test);
        let mut trainer = trainer.epochs(150).verbose(Verbosity::Silent);
        let history = trainer.fit(&mut model, &train).expect("a training");
        assert!(history.last("val_mean_squared_error").is_some_and(|error| error < 5e-3), "{}: {history}", T::NAME);

        // Taken apart, the predictions are those of the two outputs.
        let (sums, products) = model.predict(&test).unzip();
        assert_eq!((sums.len(), products.len()), (40, 40));
        let mut total = 0.0;
        for ((sum, product), (s, p)) in sums.samples().zip(products.samples()).zip(test.targets().as_batch().parts()) {
            let errors = sum.iter().zip(s).chain(product.iter().zip(p)).map(|(y, t)| y.to_f64() - t.to_f64());
            total += errors.map(|error| error * error).sum::<f64>();
        }
        let evaluation = trainer.evaluate(&model, &test).expect("an evaluation");
        let error = evaluation.get("mean_squared_error").expect("the metric");
        assert_close(T::NAME, &[total / 120.0], &[error], 1e-6);
    }
    check::<f32>();
    check::<f64>();
}

/// The squared error of the sum, and a tenth of that of the product.
#[derive(Clone, Copy)]
struct Weighted;

impl SampleLoss for Weighted {
    type Element = f64;
    type Outputs = (shape!(2), shape!());
    type Fits = OneShape;
    const NAME: &'static str = "weighted";

    fn value(outputs: &[f64], targets: &[f64]) -> f64 {
        let mut gradient = [0.0; 3];
        Self::value_and_gradient(outputs, targets, &mut gradient)
    }

    fn value_and_gradient(outputs: &[f64], targets: &[f64], gradient: &mut [f64]) -> f64 {
        let mut total = 0.0;
        for (index, weight) in [1.0, 1.0, 0.1].into_iter().enumerate() {
            let error = outputs[index] - targets[index];
            gradient[index] = 2.0 * weight * error;
            total += weight * error * error;
        }
        total
    }
}

#[test]
fn two_outputs_are_trained_by_a_loss_of_one_sample() {
    let (train, test) = pairs::<f64>().split(0.8).expect("two parts");
    let mut model = two_inputs::Network::<f64>::init(1);
    let mut trainer = Trainer::new(Adam::new(0.01), Weighted).metric(Weighted).epochs(100).verbose(Verbosity::Silent);
    let history = trainer.fit(&mut model, &train).expect("a training");
    assert!(history.last("loss").is_some_and(|loss| loss < 1e-2), "{history}");
    assert_close("loss and metric", history.get("loss").unwrap(), history.get("weighted").unwrap(), 1e-9);

    let outputs = model.predict(&test);
    let losses = outputs.samples().zip(test.targets().as_batch().samples()).map(|(y, t)| Weighted::value(y, t));
    let evaluation = model.evaluate(&test, &Weighted, Weighted).expect("an evaluation");
    assert_close("evaluation", &[losses.sum::<f64>() / 40.0], &[evaluation.loss()], 1e-12);
}

/// The same seed gives the same bits where parameters are shared and values computed from parameters alone.
#[test]
fn a_function_gives_the_same_bits_on_any_number_of_threads() {
    let data = pairs::<f32>();
    let train = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let mut model = two_inputs::Network::<f32>::init(1);
        let mut trainer = Trainer::new(Adam::new(0.01), MeanSquaredError).epochs(3).verbose(Verbosity::Silent);
        let history = pool.install(|| trainer.fit(&mut model, &data)).expect("a training");
        (model.as_slice().to_vec(), history)
    };
    assert_eq!(train(1), train(3));
}
