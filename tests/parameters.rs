//! Constraints and penalties: the numbers of Keras (`reference/parameters.json`), gradients by central differences, and
//! what they do in a training.

use std::sync::LazyLock;

use katachi::kernels::Write;
use katachi::model::ParameterInfo;
use katachi::prelude::*;
use katachi::{Constraint, Distribution, Element, Fan, Initializer, Regularizer, constraint};
use serde_json::Value;

use crate::check::{Numbers, assert_close, central_differences};

static KERAS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("reference/parameters.json")).expect("parameters.json is JSON"));

fn rows(section: &str) -> &'static [Value] {
    KERAS[section].as_array().expect("a list")
}

fn shape(array: &Value) -> Vec<usize> {
    let sizes = array["shape"].as_array().expect("a list").iter();
    sizes.map(|size| size.as_u64().and_then(|size| size.try_into().ok()).expect("a size")).collect()
}

fn floats(array: &Value) -> Vec<f64> {
    array["values"].as_array().expect("a list").iter().map(|value| value.as_f64().expect("a number")).collect()
}

#[test]
fn constraints_are_those_of_keras() {
    let of = |name: &str| match name {
        "max_norm" => Constraint::MaxNorm { max_value: 1.5, axis: 0 },
        "max_norm_axis_1" => Constraint::MaxNorm { max_value: 0.9, axis: 1 },
        "max_norm_of_a_bias" => Constraint::MaxNorm { max_value: 1.0, axis: 0 },
        "max_norm_of_three_axes" => Constraint::MaxNorm { max_value: 0.8, axis: 1 },
        "non_negative" => Constraint::NonNegative,
        "unit_norm" => Constraint::UnitNorm { axis: 0 },
        "unit_norm_axis_1" => Constraint::UnitNorm { axis: 1 },
        "min_max_norm" => Constraint::MinMaxNorm { min_value: 1.4, max_value: 1.7, rate: 0.3, axis: 0 },
        _ => panic!("no constraint of the name {name}"),
    };
    let (mut scaled, mut kept) = (0, 0);
    for row in rows("constraints") {
        let name = row["name"].as_str().expect("a name");
        let (shape, weight, mut expected) = (shape(&row["weight"]), floats(&row["weight"]), floats(&row["result"]));
        let constraint = of(name);
        let mut result = weight.clone();
        constraint.apply(&shape, &mut result);
        if let Constraint::MaxNorm { axis, .. } | Constraint::MinMaxNorm { axis, .. } = constraint {
            // Keras multiplies what is within its bounds by norm / (norm + 1e-7); here it stays as it is.
            let inner: usize = shape[axis + 1..].iter().product();
            for index in 0..weight.len() {
                let first = index / (inner * shape[axis]) * inner * shape[axis] + index % inner;
                let along = (0..shape[axis]).map(|k| weight[first + k * inner]);
                let norm = along.map(|value| value * value).sum::<f64>().sqrt();
                if result[index].to_bits() == weight[index].to_bits() {
                    expected[index] *= (norm + 1e-7) / norm;
                    kept += 1;
                } else {
                    scaled += 1;
                }
            }
        }
        assert_close(name, &result, &expected, 1e-13);
        let mut single: Vec<f32> = weight.iter().copied().map(f32::from_f64).collect();
        constraint.apply(&shape, &mut single);
        assert_close(name, &single.iter().map(|&value| value.into()).collect::<Vec<f64>>(), &expected, 5e-7);
    }
    assert!(scaled > 50 && kept > 50, "both kinds are there: {scaled} and {kept}");
}

#[test]
fn a_constraint_that_holds_changes_no_bit() {
    let mut numbers = Numbers(8);
    for constraint in [
        Constraint::MaxNorm { max_value: 1.0, axis: 0 },
        Constraint::MinMaxNorm { min_value: 0.5, max_value: 1.0, rate: 1.0, axis: 1 },
        Constraint::NonNegative,
    ] {
        let mut values = numbers.take(12 * 33);
        constraint.apply(&[12, 33], &mut values);
        let once = values.clone();
        constraint.apply(&[12, 33], &mut values);
        assert_eq!(values, once, "{constraint:?}");
    }
    // Nothing to divide by.
    let mut zeros = [0.0_f32; 4];
    Constraint::UnitNorm { axis: 0 }.apply(&[2, 2], &mut zeros);
    assert!(zeros.iter().all(|zero| zero.to_bits() == 0));
}

#[test]
fn penalties_are_those_of_keras() {
    let of = |name: &str| match name {
        "l1" => Regularizer::l1(0.03),
        "l2" => Regularizer::l2(0.02),
        "l1_l2" => Regularizer::l1_l2(0.03, 0.02),
        "orthogonal_rows" => Regularizer { orthogonal_rows: 0.7, ..Regularizer::NONE },
        "orthogonal_columns" => Regularizer { orthogonal_columns: 0.7, ..Regularizer::NONE },
        _ => panic!("no regularizer of the name {name}"),
    };
    for row in rows("regularizers") {
        let name = row["name"].as_str().expect("a name");
        let (shape, weight, regularizer) = (shape(&row["weight"]), floats(&row["weight"]), of(name));
        let mut scratch = vec![f64::NAN; regularizer.scratch(&shape)];
        let value = regularizer.value(&shape, &weight, &mut scratch);
        assert_close(name, &[value], &[row["value"].as_f64().expect("a number")], 1e-13);
        // It is added to what is there.
        let mut gradient = vec![1.0; weight.len()];
        scratch.fill(f64::NAN);
        regularizer.add_gradient(&shape, &weight, &mut gradient, &mut scratch);
        for derivative in &mut gradient {
            *derivative -= 1.0;
        }
        assert_close(name, &gradient, &floats(&row["gradient"]), 1e-12);
    }
}

katachi::model! {
    /// A penalty of every kind, on every kind of parameter.
    struct Penalised {
        table: Embedding(5 => 4, l2 = 0.1, orthogonal_rows = 0.3),
        hidden: Dense(4 => 6, tanh, l1 = 0.05, l2 = 0.1, orthogonal_rows = 0.4, orthogonal_columns = 0.7, bias_l1 = 0.2,
            bias_l2 = 0.3),
        output: Dense(6 => 3, orthogonal_columns = 0.5, bias_l2 = 1),
        scale: Param(3, l1 = 0.2, l2 = 0.4),
        mixing: Param(3, 3, orthogonal_columns = 0.6),
    }

    fn forward(x: []) -> [3] {
        matmul(output(hidden(table(x))) * scale, mixing)
    }
}

#[test]
fn the_gradient_of_every_penalty_is_its_slope() {
    let mut numbers = Numbers(3);
    let mut model = Penalised::<f64>::zeros();
    numbers.fill(model.as_mut_slice(), 1.0);
    let x = Batch::<shape!(), f64>::from([2.0, 0.0]);
    let mut workspace = Workspace::new(2);
    let mut values = model.as_slice().to_vec();
    let slopes = central_differences(&mut values, |values| {
        model.as_mut_slice().copy_from_slice(values);
        workspace.forward(&*model, &x, Pass::default()).unwrap();
        workspace.loss_with(&*model, |_, _| 0.0)
    });
    model.as_mut_slice().copy_from_slice(&values);
    workspace.forward(&*model, &x, Pass::default()).unwrap();
    workspace.loss_with(&*model, |_, _| 0.0);
    let gradient = workspace.backward(&*model, &x, Pass::default());
    assert_close("penalties", gradient.as_slice(), &slopes, 1e-8);
    let penalised = ["table.weight", "hidden.weight", "hidden.bias", "output.weight", "output.bias", "scale", "mixing"];
    ParameterInfo::for_each(Penalised::<f64>::PARAMETERS, &mut |path, offset, parameter| {
        assert!(penalised.contains(&path.to_string().as_str()));
        assert!(gradient.as_slice()[offset..][..parameter.len()].iter().all(|derivative| *derivative != 0.0), "{path}");
    });
    // Once more, added.
    let once = gradient.as_slice().to_vec();
    workspace.forward(&*model, &x, Pass::default()).unwrap();
    workspace.loss_with(&*model, |_, _| 0.0);
    let twice = workspace.backward_with(&*model, &x, None, Write::Add, Pass::default());
    assert_close("twice", twice.as_slice(), &once.iter().map(|value| 2.0 * value).collect::<Vec<_>>(), 1e-14);
}

#[test]
fn a_large_matrix_has_the_penalty_of_its_pairs() {
    let (rows, columns) = (70, 90);
    let weight = Numbers(5).take(rows * columns);
    for (regularizer, along_rows) in [
        (Regularizer { orthogonal_rows: 2.0, ..Regularizer::NONE }, true),
        (Regularizer { orthogonal_columns: 2.0, ..Regularizer::NONE }, false),
    ] {
        let line = |index: usize| -> Vec<f64> {
            if along_rows {
                weight[index * columns..][..columns].to_vec()
            } else {
                weight.iter().skip(index).step_by(columns).copied().collect()
            }
        };
        let count = if along_rows { rows } else { columns };
        let dot = |a: &[f64], b: &[f64]| std::iter::zip(a, b).map(|(a, b)| a * b).sum::<f64>();
        let (mut sum, mut pairs) = (0.0, 0.0);
        for i in 0..count {
            for j in 0..i {
                let (a, b) = (line(i), line(j));
                sum += (dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()).abs();
                pairs += 1.0;
            }
        }
        let mut scratch = vec![f64::NAN; regularizer.scratch(&[rows, columns])];
        let value = regularizer.value(&[rows, columns], &weight, &mut scratch);
        assert_close("the mean of all pairs", &[value], &[2.0 * sum / pairs], 1e-12);
    }
    // A single row has no pair, and another rank no rows.
    let regularizer = Regularizer { orthogonal_rows: 2.0, ..Regularizer::NONE };
    for shape in [[1, 4].as_slice(), &[4]] {
        let value: f64 = regularizer.value(shape, &[1.0, 2.0, 3.0, 4.0], &mut []);
        assert_eq!(value.to_bits(), 0, "{shape:?}");
    }
}

katachi::model! {
    struct Inner {
        code: Dense(3 => 3, bias = false, kernel_constraint = unit_norm),
    }
}

katachi::model! {
    struct Constrained {
        hidden: Dense(3 => 5, kernel_constraint = max_norm(0.5), bias_constraint = non_negative),
        #[frozen]
        fixed: Dense(5 => 3, kernel_constraint = non_negative),
        inner: Inner(3 => 3),
        output: Dense(3 => 2, kernel_constraint = min_max_norm(min_value = 0.2, max_value = 0.4, axis = 1)),
    }
}

#[test]
fn every_parameter_is_brought_back_but_the_frozen_ones() {
    let mut numbers = Numbers(1);
    let mut model = Constrained::<f64>::zeros();
    numbers.fill(model.as_mut_slice(), 3.0);
    let before = model.to_boxed();
    assert!(constraint::has_any::<Constrained>());
    constraint::apply(&mut *model);
    let norm = |values: Vec<f64>| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    for unit in 0..5 {
        let length = norm((0..3).map(|input| model.hidden.weight[input * 5 + unit]).collect());
        assert!(length < 0.5 && length > 0.499_999, "{length}");
    }
    assert!(model.hidden.bias.iter().all(|bias| *bias >= 0.0));
    assert_ne!(model.hidden.bias, before.hidden.bias);
    assert_eq!(model.fixed, before.fixed);
    assert!(before.fixed.weight.iter().any(|weight| *weight < 0.0));
    for unit in 0..3 {
        let length = norm((0..3).map(|input| model.inner.code.weight[input * 3 + unit]).collect());
        assert!((length - 1.0).abs() < 1e-6, "{length}");
        let length = norm((0..2).map(|output| model.output.weight[unit * 2 + output]).collect());
        assert!((0.199_999..0.400_001).contains(&length), "{length}");
    }
    assert_eq!(model.output.bias, before.output.bias);

    // What rests for a while is left, too.
    let mut model = before.to_boxed();
    Frozen::new().freeze("hidden.weight").unwrap().freeze("inner").unwrap().constrain(&mut model);
    assert_eq!(model.hidden.weight, before.hidden.weight);
    assert_eq!(model.inner.code, before.inner.code);
    assert!(model.hidden.bias.iter().all(|bias| *bias >= 0.0));
}

katachi::model! {
    struct Begun<In, Out> {
        uniform: Dense(In => Out, kernel_initializer = random_uniform(minval = -1, maxval = 1)),
        normal: Dense(Out => Out, kernel_initializer = random_normal, bias_initializer = random_normal(1.0, stddev = 0.5)),
        truncated: Dense(Out => Out, kernel_initializer = truncated_normal(stddev = 0.1)),
        orthogonal: Dense(Out => In, kernel_initializer = orthogonal(gain = 2)),
        identity: Dense(In => In, kernel_initializer = identity, bias = false),
        scaled: Dense(In => 3, kernel_initializer = variance_scaling(2.0, fan_out, distribution = uniform)),
        plain: Dense(3 => 3, kernel_initializer = variance_scaling),
    }
}

#[test]
fn initializers_are_what_is_written_with_the_defaults_of_keras() {
    let initializer = |name: &str| {
        let row = Begun::<U4, U6>::PARAMETERS.iter().find(|row| row.name == name);
        row.expect("a parameter of that name").initializer
    };
    assert_eq!(initializer("uniform.weight"), Initializer::RandomUniform { minval: -1.0, maxval: 1.0 });
    assert_eq!(initializer("normal.weight"), Initializer::RandomNormal { mean: 0.0, stddev: 0.05 });
    assert_eq!(initializer("normal.bias"), Initializer::RandomNormal { mean: 1.0, stddev: 0.5 });
    assert_eq!(initializer("truncated.weight"), Initializer::TruncatedNormal { mean: 0.0, stddev: 0.1 });
    assert_eq!(initializer("orthogonal.weight"), Initializer::Orthogonal { gain: 2.0 });
    assert_eq!(initializer("identity.weight"), Initializer::Identity { gain: 1.0 });
    let (mode, distribution) = (Fan::Out, Distribution::Uniform);
    assert_eq!(initializer("scaled.weight"), Initializer::VarianceScaling { scale: 2.0, mode, distribution });
    let (mode, distribution) = (Fan::In, Distribution::TruncatedNormal);
    assert_eq!(initializer("plain.weight"), Initializer::VarianceScaling { scale: 1.0, mode, distribution });

    let model = Begun::<U4, U6>::init(22);
    let q = &model.orthogonal.weight;
    for (i, j) in [(0, 0), (0, 3), (1, 2), (3, 3)] {
        let product: f32 = (0..6).map(|row| q[row * 4 + i] * q[row * 4 + j]).sum();
        assert!((product - if i == j { 4.0 } else { 0.0 }).abs() < 1e-5, "{i} {j}: {product}");
    }
    assert_eq!(model.identity.weight, Tensor::from_fn(|index| if index % 5 == 0 { 1.0 } else { 0.0 }));
}
