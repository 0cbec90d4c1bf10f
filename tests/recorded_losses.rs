//! The losses of Keras (`reference/losses.json`): values, gradients and ten steps of training, each through a model of its
//! own, and values at the seams of the formulas.

use std::sync::LazyLock;

use katachi::accepts::{AcceptsSamples, AcceptsTargets, Compare, Verdict};
use katachi::ending::{Ending, LinearOutputs, OtherOutputs, SigmoidOutputs, SoftmaxOutputs};
use katachi::loss::{Loss, LossFor};
use katachi::prelude::*;
use katachi::targets::{Form, TargetValues, Targets};
use serde_json::{Value, json};

use crate::reference::{
    Passes, Tolerance, assert_parameters, assert_recorded, float, labels, model_of, numbers, text, values,
};

static LOSSES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("reference/losses.json")).expect("losses.json is JSON"));

const OF_F64: Tolerance = Tolerance { relative: 1e-12, absolute: 1e-12 };
const OF_F32: Tolerance = Tolerance { relative: 1e-6, absolute: 1e-6 };

fn rows(section: &str) -> &'static [Value] {
    LOSSES[section].as_array().expect("a list")
}

fn row(section: &str, name: &str) -> &'static Value {
    rows(section).iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("there is no {name} in losses.json"))
}

/// Declares the model of each recorded loss, by what it ends in, and the test of all.
macro_rules! losses {
    ($($name:ident after $ending:ident ($data:expr, $loss:expr))*) => {
        mod models {
            $(pub mod $name {
                katachi::model! {
                    pub struct M { hidden: Dense(3 => 5, tanh), output: Dense(5 => 4, $ending) }
                }
            })*
        }

        #[test]
        fn every_loss_its_gradients_and_its_training_are_those_of_keras() {
            $(
                let $name = row("losses", stringify!($name));
                assert_eq!($name["ending"], stringify!($ending));
                compare::<models::$name::M<f64>, _, _>($name, &$data($name), &$loss, OF_F64);
                compare::<models::$name::M<f32>, _, _>($name, &$data($name), &$loss, OF_F32);
            )*
            let recorded: Vec<&str> = rows("losses").iter().map(|row| text(&row["name"])).collect();
            assert_eq!([$(stringify!($name)),*], *recorded, "each row of losses.json has its model");
        }
    };
}

losses! {
    mean_absolute_error after linear (values::<_, shape!(4), _>, MeanAbsoluteError)
    mean_absolute_percentage_error after linear (values::<_, shape!(4), _>, MeanAbsolutePercentageError)
    mean_squared_logarithmic_error after softplus (values::<_, shape!(4), _>, MeanSquaredLogarithmicError)
    huber after linear (values::<_, shape!(4), _>, Huber::new())
    huber_narrow after linear (values::<_, shape!(4), _>, Huber::new().delta(0.3))
    log_cosh after linear (values::<_, shape!(4), _>, LogCosh)
    hinge after linear (values::<_, shape!(4), _>, Hinge)
    hinge_of_0_and_1 after tanh (values::<_, shape!(4), _>, Hinge)
    squared_hinge after linear (values::<_, shape!(4), _>, SquaredHinge)
    squared_hinge_of_0_and_1 after tanh (values::<_, shape!(4), _>, SquaredHinge)
    categorical_hinge after linear (values::<_, shape!(4), _>, CategoricalHinge)
    kl_divergence after softmax (values::<_, shape!(4), _>, KlDivergence)
    kl_divergence_of_classes after softmax (values::<_, shape!(4), _>, KlDivergence)
    poisson after softplus (values::<_, shape!(4), _>, Poisson)
    cosine_similarity after linear (values::<_, shape!(4), _>, CosineSimilarity)
    binary_smoothed after linear (values::<_, shape!(4), _>, BinaryCrossentropy::from_logits().label_smoothing(0.2))
    binary_smoothed_probabilities after sigmoid (
        values::<_, shape!(4), _>,
        BinaryCrossentropy::from_probabilities().label_smoothing(0.2)
    )
    categorical_smoothed after linear (
        values::<_, shape!(4), _>,
        CategoricalCrossentropy::from_logits().label_smoothing(0.1)
    )
    categorical_smoothed_probabilities after softmax (
        values::<_, shape!(4), _>,
        CategoricalCrossentropy::from_probabilities().label_smoothing(0.1)
    )
    categorical_smoothed_log_probabilities after log_softmax (
        values::<_, shape!(4), _>,
        CategoricalCrossentropy::from_log_probabilities().label_smoothing(0.1)
    )
    sparse_smoothed after linear (
        labels::<_, U4, _>,
        SparseCategoricalCrossentropy::from_logits().label_smoothing(0.1)
    )
    sparse_smoothed_probabilities after softmax (
        labels::<_, U4, _>,
        SparseCategoricalCrossentropy::from_probabilities().label_smoothing(0.1)
    )
    sparse_smoothed_log_probabilities after log_softmax (
        labels::<_, U4, _>,
        SparseCategoricalCrossentropy::from_log_probabilities().label_smoothing(0.1)
    )
    binary_focal after linear (values::<_, shape!(4), _>, BinaryFocalCrossentropy::from_logits())
    binary_focal_balanced after linear (
        values::<_, shape!(4), _>,
        BinaryFocalCrossentropy::from_logits().apply_class_balancing(true).alpha(0.3).gamma(1.5).label_smoothing(0.1)
    )
    binary_focal_probabilities after sigmoid (
        values::<_, shape!(4), _>,
        BinaryFocalCrossentropy::from_probabilities()
    )
    binary_focal_balanced_probabilities after sigmoid (
        values::<_, shape!(4), _>,
        BinaryFocalCrossentropy::from_probabilities()
            .apply_class_balancing(true)
            .alpha(0.3)
            .gamma(1.5)
            .label_smoothing(0.1)
    )
    focal after linear (values::<_, shape!(4), _>, CategoricalFocalCrossentropy::from_logits())
    focal_options after linear (
        values::<_, shape!(4), _>,
        CategoricalFocalCrossentropy::from_logits().alpha(0.75).gamma(0.5).label_smoothing(0.2)
    )
    focal_probabilities after softmax (
        values::<_, shape!(4), _>,
        CategoricalFocalCrossentropy::from_probabilities()
    )
    focal_options_probabilities after softmax (
        values::<_, shape!(4), _>,
        CategoricalFocalCrossentropy::from_probabilities().alpha(0.75).gamma(3.5).label_smoothing(0.2)
    )
    focal_log_probabilities after log_softmax (
        values::<_, shape!(4), _>,
        CategoricalFocalCrossentropy::from_log_probabilities()
    )
}

fn compare<M, Y, L>(record: &'static Value, data: &Dataset<M::Input, Y, M::Element>, loss: &L, tolerance: Tolerance)
where
    M: Model + AcceptsSamples<Verdict<M::Input, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
    M::Input: Shape<List: Compare<<M::Input as Shape>::List>>,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<<M as Parameters>::Element>>,
    Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
    L: LossFor<Y::Form, M>,
{
    let place = format!("{} {}", text(&record["name"]), <M::Element as katachi::Element>::NAME);
    let mut model = model_of::<M>(record);

    let mut passes = Passes::new(model_of::<M>(record), data.inputs().as_slice());
    let outputs = passes.forward();
    assert_recorded(&format!("{place}: output"), outputs, &record["output"], tolerance);
    let mut dy = vec![<M::Element as katachi::Element>::ZERO; outputs.len()];
    let value = loss.value_and_gradient(4, outputs, data.targets().as_slice(), &mut dy);
    let expected = json!({ "values": [record["loss_value"], record["loss_value"]] });
    let alone = loss.value(4, outputs, data.targets().as_slice());
    assert_recorded(&format!("{place}: loss"), &[value, alone], &expected, tolerance);
    let (gradient, dx) = passes.backward(&mut dy);
    assert_parameters(&format!("{place}: gradient"), &*gradient, &record["weight_gradients"], tolerance);
    assert_recorded(&format!("{place}: input gradient"), &dx, &record["input_gradient"], tolerance);

    let mut sgd = Sgd::new(float(&record["rate"]));
    let mut workspace = Workspace::new(data.len());
    let mut losses = Vec::new();
    for step in 0..record["losses"].as_array().expect("a list").len() {
        let pass = Pass { seed: 0, step: step as u64 };
        workspace.forward(&*model, data, pass).expect("the workspace is as large as the batch");
        losses.push(workspace.loss(&*model, loss, data.targets()));
        let gradient = workspace.backward(&*model, data, pass);
        sgd.step(&mut *model, gradient).expect("a rate");
    }
    let recorded = json!({ "values": record["losses"] });
    assert_recorded(&format!("{place}: losses"), &losses, &recorded, tolerance);
    assert_parameters(&format!("{place}: final"), &*model, &record["final_weights"], tolerance);
}

#[test]
fn values_at_seams_are_those_of_keras() {
    fn check<E: Ending>(name: &str, loss: &impl Loss<TargetValues, E, f64>) {
        let record = row("seams", name);
        let (outputs, targets) = (numbers::<f64>(&record["outputs"]), numbers::<f64>(&record["targets"]));
        let rows = record["outputs"]["shape"][0].as_u64().and_then(|rows| usize::try_from(rows).ok());
        let width = outputs.len() / rows.expect("a count of rows");
        let mut gradient = vec![f64::NAN; outputs.len()];
        let values =
            [loss.value(width, &outputs, &targets), loss.value_and_gradient(width, &outputs, &targets, &mut gradient)];
        assert_recorded(name, &values, &json!({ "values": [record["value"], record["value"]] }), OF_F64);
        assert!(gradient.iter().all(|slope| slope.is_finite()), "{name}: {gradient:?}");
    }
    check::<LinearOutputs>("percentage_of_0", &MeanAbsolutePercentageError);
    check::<LinearOutputs>("logarithm_of_the_negative", &MeanSquaredLogarithmicError);
    check::<LinearOutputs>("huber_on_its_edge", &Huber::new().delta(0.5));
    check::<LinearOutputs>("log_cosh_of_the_large", &LogCosh);
    check::<LinearOutputs>("hinge_on_its_edge", &Hinge);
    check::<LinearOutputs>("hinge_of_minus_1_and_0", &Hinge);
    check::<LinearOutputs>("categorical_hinge_of_equals", &CategoricalHinge);
    check::<LinearOutputs>("categorical_hinge_below_0", &CategoricalHinge);
    check::<SoftmaxOutputs>("divergence_from_0", &KlDivergence);
    check::<OtherOutputs>("rate_of_0", &Poisson);
    check::<LinearOutputs>("direction_of_0", &CosineSimilarity);
    check::<SigmoidOutputs>("binary_focal_certain", &BinaryFocalCrossentropy::from_probabilities());
    check::<SoftmaxOutputs>("focal_certain", &CategoricalFocalCrossentropy::from_probabilities().gamma(0.5));
    assert_eq!(rows("seams").len(), 13);
}
