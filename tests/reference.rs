//! The numbers of Keras (`reference/keras.json`): activations, models, losses, gradients, and ten steps of optimizers.

use std::sync::LazyLock;

use katachi::accepts::{AcceptsSamples, AcceptsTargets, Compare, Verdict};
use katachi::kernels::Write;
use katachi::loss::LossFor;
use katachi::model::ParameterInfo;
use katachi::prelude::*;
use katachi::targets::{Form, Targets};
use katachi::typenum::Unsigned;
use katachi::{Element, Model};
use serde_json::Value;

static KERAS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("reference/keras.json")).expect("keras.json is JSON"));

/// How far a number may be from Keras': so much of the number itself, and so much of one.
#[derive(Clone, Copy)]
pub(crate) struct Tolerance {
    pub(crate) relative: f64,
    pub(crate) absolute: f64,
}

/// What rounding to `T` may do: `roundings` of the number itself, and as many of one.
fn roundings<T: Element>(roundings: f64) -> Tolerance {
    let epsilon = if T::NAME == "f64" { f64::EPSILON } else { f32::EPSILON.into() };
    Tolerance { relative: roundings * epsilon, absolute: roundings * epsilon }
}

/// Compares all numbers of a recorded array, and its shape where it is known.
#[track_caller]
pub(crate) fn assert_recorded<T: Element>(place: &str, actual: &[T], record: &Value, tolerance: Tolerance) {
    let expected = floats(&record["values"]);
    assert_eq!(actual.len(), expected.len(), "{place}: lengths");
    for (index, (actual, expected)) in std::iter::zip(actual, expected).enumerate() {
        let allowed = tolerance.relative * expected.abs() + tolerance.absolute;
        let off = (actual.to_f64() - expected).abs();
        // Written so that NaN is not close to anything.
        assert!(
            off <= allowed,
            "{place}[{index}]: {actual} is not {expected}: off by {off:e}, allowed are {allowed:e}"
        );
    }
}

/// One of the recorded rows.
fn row(section: &str, name: &str) -> &'static Value {
    let rows = KERAS[section].as_array().expect("a list");
    rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{section}: there is no {name} in keras.json"))
}

fn names(section: &str) -> Vec<&'static str> {
    KERAS[section].as_array().expect("a list").iter().map(|row| text(&row["name"])).collect()
}

pub(crate) fn text(value: &'static Value) -> &'static str {
    value.as_str().expect("a text")
}

pub(crate) fn float(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

pub(crate) fn floats(values: &Value) -> Vec<f64> {
    values.as_array().expect("a list").iter().map(float).collect()
}

/// The values of a recorded array.
pub(crate) fn numbers<T: Element>(array: &Value) -> Vec<T> {
    floats(&array["values"]).into_iter().map(T::from_f64).collect()
}

/// Declares a model of one layer for each activation, and the test of all.
macro_rules! activations {
    ($($name:ident { $($layer:tt)* })*) => {
        mod activations {
            $(pub mod $name {
                katachi::model! {
                    pub struct M { Input(6), $($layer)* }
                }
            })*
        }

        #[test]
        fn every_activation_and_its_gradient_is_that_of_keras() {
            $(
                // Each function within is two floats at most from the exact one (`core/src/math.rs`), and gelu multiplies
                // three of them; Keras' own numbers are rounded, too. The worst seen is 3.7 roundings.
                compare_activation::<activations::$name::M<f64>>(stringify!($name), roundings::<f64>(8.0));
                compare_activation::<activations::$name::M<f32>>(stringify!($name), roundings::<f32>(8.0));
            )*
            assert_eq!([$(stringify!($name)),*], *names("activations"), "each row of keras.json has its model");
        }
    };
}

activations! {
    linear { Linear }
    relu { Relu }
    relu6 { Relu6 }
    leaky_relu { LeakyRelu(0.2) }
    elu { Elu }
    selu { Selu }
    gelu { Gelu }
    gelu_tanh { Gelu(approximate = true) }
    silu { Silu }
    sigmoid { Sigmoid }
    hard_sigmoid { HardSigmoid }
    tanh { Tanh }
    softplus { Softplus }
    softsign { Softsign }
    softmax { Softmax }
    log_softmax { LogSoftmax }
}

fn compare_activation<M: Model>(name: &str, tolerance: Tolerance) {
    let record = row("activations", name);
    let (x, mut dy) = (numbers::<M::Element>(&record["x"]), numbers::<M::Element>(&record["cotangent"]));
    let mut passes = Passes::new(M::zeros(), &x);
    assert_recorded(&format!("{name} {}", M::Element::NAME), passes.forward(), &record["y"], tolerance);
    let (_, dx) = passes.backward(&mut dy);
    assert_recorded(&format!("{name} {}: gradient", M::Element::NAME), &dx, &record["dx"], tolerance);
}

/// The passes of a model on a batch, with the gradient by the inputs, for which a `Workspace` does not ask.
pub(crate) struct Passes<'a, M: Model> {
    model: Box<M>,
    x: BatchView<'a, M::Input, M::Element>,
    y: Vec<M::Element>,
    workspace: Vec<M::Element>,
}

impl<'a, M: Model> Passes<'a, M> {
    pub(crate) fn new(model: Box<M>, x: &'a [M::Element]) -> Self {
        let x = BatchView::new(x).expect("whole samples");
        let zeros = |size| vec![M::Element::ZERO; size];
        let workspace = zeros(M::TRAINING_WORKSPACE.for_batch(x.len()));
        Self { model, x, y: zeros(x.len() * M::Output::SIZE), workspace }
    }

    pub(crate) fn forward(&mut self) -> &[M::Element] {
        self.model.forward(self.x, &mut self.y, &mut self.workspace, Pass::default());
        &self.y
    }

    /// The gradients by the parameters and by the inputs.
    pub(crate) fn backward(&mut self, dy: &mut [M::Element]) -> (Box<M>, Vec<M::Element>) {
        let (mut gradient, mut dx) = (M::zeros(), vec![M::Element::ZERO; self.x.as_slice().len()]);
        let Self { model, x, y, workspace } = self;
        model.backward(*x, y, dy, Some(&mut dx), workspace, &mut gradient, Write::Set, Pass::default());
        (gradient, dx)
    }
}

/// Declares the recorded models, each with its targets and loss, and the test of all.
macro_rules! models {
    ($($name:ident($data:expr, $loss:expr) { $($layers:tt)* })*) => {
        mod models {
            $(pub mod $name {
                katachi::model! {
                    pub struct M { $($layers)* }
                }
            })*
        }

        #[test]
        fn every_model_its_loss_and_its_gradients_are_those_of_keras() {
            $(
                let $name = row("models", stringify!($name));
                // Sums of up to eight products, through up to eight layers. The worst seen is 3.9 roundings.
                compare_model::<models::$name::M<f64>, _, _>($name, &$data($name), &$loss, roundings::<f64>(16.0));
                compare_model::<models::$name::M<f32>, _, _>($name, &$data($name), &$loss, roundings::<f32>(16.0));
            )*
            assert_eq!([$(stringify!($name)),*], *names("models"), "each row of keras.json has its model");
        }
    };
}

models! {
    mlp(labels::<_, U5, _>, SparseCategoricalCrossentropy::from_logits()) {
        hidden1: Dense(6 => 8, relu),
        hidden2: Dense(8 => 7, relu),
        output: Dense(7 => 5),
    }
    probabilities(values::<_, shape!(4), _>, CategoricalCrossentropy::from_probabilities()) {
        hidden: Dense(5 => 6, tanh),
        output: Dense(6 => 4, softmax),
    }
    probabilities_sparse(labels::<_, U4, _>, SparseCategoricalCrossentropy::from_probabilities()) {
        hidden: Dense(5 => 6, tanh),
        output: Dense(6 => 4, softmax),
    }
    binary(values::<_, shape!(1), _>, BinaryCrossentropy::from_probabilities()) {
        hidden: Dense(4 => 6, gelu),
        output: Dense(6 => 1, sigmoid),
    }
    binary_logits(values::<_, shape!(1), _>, BinaryCrossentropy::from_logits()) {
        hidden: Dense(4 => 6, gelu),
        output: Dense(6 => 1),
    }
    regression(values::<_, shape!(2), _>, MeanSquaredError) {
        hidden1: Dense(3 => 8, elu),
        hidden2: Dense(8 => 8, silu),
        output: Dense(8 => 2),
    }
    activations_stack(values::<_, shape!(3), _>, MeanSquaredError) {
        dense1: Dense(4 => 5, selu),
        dense2: Dense(5 => 5, softplus),
        dense3: Dense(5 => 5, softsign),
        dense4: Dense(5 => 5, hard_sigmoid),
        dense5: Dense(5 => 5, leaky_relu),
        dense6: Dense(5 => 5, relu6),
        dense7: Dense(5 => 5, gelu(approximate = true)),
        output: Dense(5 => 3, log_softmax),
    }
    regularised(values::<_, shape!(3), _>, MeanSquaredError) {
        hidden: Dense(4 => 5, relu, l1 = 0.01, l2 = 0.02),
        output: Dense(5 => 3, l2 = 0.03),
    }
    no_bias(values::<_, shape!(3), _>, MeanSquaredError) {
        hidden: Dense(4 => 5, tanh, bias = false),
        output: Dense(5 => 3),
    }
}

/// The recorded batch with its class labels.
pub(crate) fn labels<X: Shape, Classes: Unsigned + 'static, T: Element>(
    record: &Value,
) -> Dataset<X, Labels<Classes>, T> {
    let labels = record["targets"]["values"].as_array().expect("a list").iter();
    let labels = labels.map(|label| label.as_u64().and_then(|label| label.try_into().ok()).expect("a label")).collect();
    Dataset::from_labels(numbers(&record["input"]), labels).expect("a batch")
}

/// The recorded batch with its target values.
pub(crate) fn values<X: Shape, S: Shape, T: Element>(record: &Value) -> Dataset<X, Values<S, T>, T> {
    Dataset::from_values(numbers(&record["input"]), numbers(&record["targets"])).expect("a batch")
}

/// The model with the recorded weights, each found by its name.
pub(crate) fn model_of<M: Model>(record: &Value) -> Box<M> {
    let weights = record["weights"].as_array().expect("a list");
    let mut model = M::zeros();
    let mut found = 0;
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
        let weight = weights.iter().find(|weight| weight["name"] == path.to_string());
        let weight = weight.unwrap_or_else(|| panic!("{} has no {path}", record["name"]));
        assert_eq!(weight["shape"], serde_json::json!(parameter.shape), "{}: {path}", record["name"]);
        model.as_mut_slice()[offset..][..parameter.len()].copy_from_slice(&numbers(weight));
        found += 1;
    });
    assert_eq!(weights.len(), found, "{}: arrays", record["name"]);
    model
}

/// Compares every parameter (or its gradient) with the recorded array of its name.
pub(crate) fn assert_parameters<M: Model>(place: &str, parameters: &M, record: &Value, tolerance: Tolerance) {
    let mut arrays = record.as_array().expect("a list").iter();
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
        let array = arrays.next().unwrap_or_else(|| panic!("{place}: {path} is not recorded"));
        assert_eq!(array["name"], path.to_string(), "{place}: names");
        let values = &parameters.as_slice()[offset..][..parameter.len()];
        assert_recorded(&format!("{place} {path}"), values, array, tolerance);
    });
    assert_eq!(arrays.next(), None, "{place}: arrays");
}

fn compare_model<M, Y, L>(
    record: &'static Value,
    data: &Dataset<M::Input, Y, M::Element>,
    loss: &L,
    tolerance: Tolerance,
) where
    M: Model + AcceptsSamples<Verdict<M::Input, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
    M::Input: Shape<List: Compare<<M::Input as Shape>::List>>,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
    L: LossFor<Y::Form, M>,
{
    let place = format!("{} {}", text(&record["name"]), M::Element::NAME);
    let (model, pass) = (model_of::<M>(record), Pass::default());

    let mut workspace = Workspace::new(data.len());
    let outputs = workspace.forward(&*model, data, pass).expect("the workspace is as large as the batch");
    assert_recorded(&format!("{place}: output"), outputs, &record["output"], tolerance);
    let value = workspace.loss(&*model, loss, data.targets());
    let loss_value = serde_json::json!({ "values": [record["loss_value"]] });
    assert_recorded(&format!("{place}: loss"), &[value], &loss_value, tolerance);
    let gradient = workspace.backward(&*model, data, pass);
    assert_parameters(&format!("{place}: gradient"), gradient, &record["weight_gradients"], tolerance);

    // Penalties do not depend on the inputs, so the loss alone gives their gradient.
    let mut passes = Passes::new(model, data.inputs().as_slice());
    let outputs = passes.forward();
    let mut dy = vec![M::Element::ZERO; outputs.len()];
    let width = *M::Output::DIMS.last().expect("an axis");
    loss.value_and_gradient(width, outputs, data.targets().as_slice(), &mut dy);
    let (_, dx) = passes.backward(&mut dy);
    assert_recorded(&format!("{place}: input gradient"), &dx, &record["input_gradient"], tolerance);
}

#[test]
fn ten_steps_of_every_optimizer_are_those_of_keras() {
    let recorded = KERAS["optimizers"].as_array().expect("a list");
    for record in recorded {
        // Ten steps add up, and Adam divides small gradients by their own size. The worst seen is 12 roundings.
        compare_optimizer::<f64>(record, roundings::<f64>(32.0));
        compare_optimizer::<f32>(record, roundings::<f32>(32.0));
    }
    assert_eq!(names("optimizers"), ["sgd", "sgd_momentum", "sgd_nesterov", "adam", "adam_custom"]);
}

fn compare_optimizer<T: Element>(record: &'static Value, tolerance: Tolerance) {
    let arguments = |names: [&str; 4]| {
        let given = record["arguments"].as_object().expect("arguments");
        let known = names.iter().filter(|&&name| !name.is_empty());
        assert_eq!(given.len(), known.count(), "{} has other arguments", record["name"]);
        names.map(|name| given.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN))
    };
    match text(&record["class"]) {
        "SGD" => {
            let [rate, momentum, _, _] = arguments(["learning_rate", "momentum", "nesterov", ""]);
            let nesterov = record["arguments"]["nesterov"].as_bool().expect("true or false");
            compare_steps(record, Sgd::<T>::new(rate).momentum(momentum).nesterov(nesterov), tolerance);
        }
        "Adam" => {
            let [rate, beta_1, beta_2, epsilon] = arguments(["learning_rate", "beta_1", "beta_2", "epsilon"]);
            compare_steps(record, Adam::<T>::new(rate).beta_1(beta_1).beta_2(beta_2).epsilon(epsilon), tolerance);
        }
        other => panic!("{}: how is a {other} made?", record["name"]),
    }
}

fn compare_steps<T: Element>(record: &'static Value, mut optimizer: impl Optimizer<T>, tolerance: Tolerance) {
    assert_eq!(record["model"], "mlp");
    let start = row("models", "mlp");
    let mut model = model_of::<models::mlp::M<T>>(start);
    let data = labels::<shape!(6), U5, T>(start);
    let loss = SparseCategoricalCrossentropy::from_logits();
    let mut workspace = Workspace::new(data.len());
    let place = format!("{} {}", text(&record["name"]), T::NAME);

    let mut losses = Vec::new();
    for step in 0..record["steps"].as_u64().expect("a count") {
        let pass = Pass { seed: 0, step };
        workspace.forward(&*model, &data, pass).expect("the workspace is as large as the batch");
        losses.push(workspace.loss(&*model, &loss, data.targets()));
        let gradient = workspace.backward(&*model, &data, pass);
        optimizer.step(&mut *model, gradient).expect("options of Keras");
    }
    assert_recorded(
        &format!("{place}: losses"),
        &losses,
        &serde_json::json!({ "values": record["losses"] }),
        tolerance,
    );
    assert_parameters(&format!("{place}: final"), &*model, &record["final_weights"], tolerance);
}
