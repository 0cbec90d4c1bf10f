//! The gradient of every loss, through a whole model, against central differences.

use katachi::accepts::{AcceptsSamples, AcceptsTargets, Compare, Verdict};
use katachi::loss::LossFor;
use katachi::model::ParameterInfo;
use katachi::prelude::*;
use katachi::targets::{Form, Targets};

use crate::check::{Numbers, assert_close, central_differences};
use crate::models::random;

/// Declares a model for each row, and the test of all of them with the loss of the row.
macro_rules! losses {
    ($($name:ident($loss:expr, $data:expr) { $($layers:tt)* })*) => {
        mod models {
            $(pub mod $name {
                katachi::model! {
                    pub struct M { $($layers)* }
                }
            })*
        }

        $(#[test]
        fn $name() {
            check::<models::$name::M<f64>, _, _>(&$loss, &$data);
        })*
    };
}

losses! {
    mean_squared_error(MeanSquaredError, values()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    mean_squared_error_after_an_activation(MeanSquaredError, values()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3, silu) }
    binary_from_logits(BinaryCrossentropy::from_logits(), yes_or_no()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    binary_from_probabilities(BinaryCrossentropy::from_probabilities(), yes_or_no()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3, sigmoid),
    }
    categorical_from_logits(CategoricalCrossentropy::from_logits(), values()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    categorical_from_probabilities(CategoricalCrossentropy::from_probabilities(), labels().one_hot()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3, softmax),
    }
    categorical_from_log_probabilities(CategoricalCrossentropy::from_log_probabilities(), labels().one_hot()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3, log_softmax),
    }
    sparse_from_logits(SparseCategoricalCrossentropy::from_logits(), labels()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    sparse_from_probabilities(SparseCategoricalCrossentropy::from_probabilities(), labels()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3, softmax),
    }
    sparse_from_log_probabilities(SparseCategoricalCrossentropy::from_log_probabilities(), labels()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3, log_softmax),
    }
    sparse_from_logits_smoothed(SparseCategoricalCrossentropy::from_logits().label_smoothing(0.2), labels()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3),
    }
    mean_absolute_error(MeanAbsoluteError, values()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    mean_absolute_percentage_error(MeanAbsolutePercentageError, values()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    mean_squared_logarithmic_error(MeanSquaredLogarithmicError, yes_or_no()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3, softplus),
    }
    huber(Huber::new().delta(0.5), values()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    log_cosh(LogCosh, values()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    poisson(Poisson, yes_or_no()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3, softplus) }
    cosine_similarity(CosineSimilarity, values()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    hinge(Hinge, yes_or_no()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    squared_hinge(SquaredHinge, yes_or_no()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3, tanh) }
    categorical_hinge(CategoricalHinge, labels().one_hot()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3) }
    kl_divergence(KlDivergence, labels().one_hot()) { a: Dense(4 => 6, tanh), b: Dense(6 => 3, softmax) }
    binary_focal_from_logits(BinaryFocalCrossentropy::from_logits(), yes_or_no()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3),
    }
    binary_focal_from_probabilities(BinaryFocalCrossentropy::from_probabilities(), yes_or_no()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3, sigmoid),
    }
    categorical_focal_from_logits(CategoricalFocalCrossentropy::from_logits().alpha(1.0), labels().one_hot()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3),
    }
    categorical_focal_from_probabilities(CategoricalFocalCrossentropy::from_probabilities(), labels().one_hot()) {
        a: Dense(4 => 6, tanh), b: Dense(6 => 3, softmax),
    }
    categorical_focal_from_log_probabilities(
        CategoricalFocalCrossentropy::from_log_probabilities(),
        labels().one_hot()
    ) { a: Dense(4 => 6, tanh), b: Dense(6 => 3, log_softmax) }
    penalties_of_parameters(MeanSquaredError, values()) {
        a: Dense(4 => 6, tanh, l1 = 0.1, l2 = 0.2), b: Dense(6 => 3, l1 = 0.3), c: Dense(3 => 3, l2 = 0.4),
    }
    dropout_between_the_layers(SparseCategoricalCrossentropy::from_logits(), labels()) {
        a: Dense(4 => 6, tanh), Dropout(0.4), b: Dense(6 => 3),
    }
}

const SAMPLES: usize = 5;

fn inputs() -> Vec<f64> {
    Numbers(11).take(SAMPLES * 4)
}

/// Target values of either sign; also for a categorical loss, whose targets need not sum to one.
fn values() -> Dataset<shape!(4), Values<shape!(3), f64>, f64> {
    Dataset::from_values(inputs(), Numbers(12).take(SAMPLES * 3)).expect("whole samples")
}

fn yes_or_no() -> Dataset<shape!(4), Values<shape!(3), f64>, f64> {
    let targets = Numbers(13).take(SAMPLES * 3).into_iter().map(|number| f64::from(number > 0.0)).collect();
    Dataset::from_values(inputs(), targets).expect("whole samples")
}

fn labels() -> Dataset<shape!(4), Labels<U3>, f64> {
    Dataset::from_labels(inputs(), vec![2, 0, 1, 1, 2]).expect("whole samples")
}

fn check<M, Y, L>(loss: &L, data: &Dataset<M::Input, Y, f64>)
where
    M: Model<Element = f64>,
    M: AcceptsSamples<Verdict<M::Input, M::Input>> + AcceptsTargets<Verdict<Y::Outputs, M::Output>>,
    M::Input: Shape<List: Compare<<M::Input as Shape>::List>>,
    Y: Targets<Item = <<Y as Targets>::Form as Form>::Item<f64>>,
    Y::Outputs: Shape<List: Compare<<M::Output as Shape>::List>>,
    L: LossFor<Y::Form, M>,
{
    let pass = Pass { seed: 3, step: 5 };
    let mut model = random::<M>(&mut Numbers(14));
    let mut workspace = Workspace::new(SAMPLES);
    let mut value = |model: &M| {
        workspace.forward(model, data, pass).expect("the workspace is as large as the batch");
        workspace.loss(model, loss, data.targets())
    };

    let mut parameters = model.as_slice().to_vec();
    let expected = central_differences(&mut parameters, |parameters| {
        model.as_mut_slice().copy_from_slice(parameters);
        value(&model)
    });
    model.as_mut_slice().copy_from_slice(&parameters);
    value(&model);
    let gradient = workspace.backward(&*model, data, pass).as_slice();
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
        let range = offset..offset + parameter.len();
        // Central differences of step 1e-5 err by about 1e-10, a millionth of the smallest number that counts in full.
        assert_close(&path.to_string(), &gradient[range.clone()], &expected[range.clone()], 1e-6);
        assert!(gradient[range].iter().any(|value| value.abs() > 1e-3), "{path}: all zero");
    });
}
