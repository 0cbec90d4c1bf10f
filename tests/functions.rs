//! Every function of the language against numbers of JAX (`reference/functions.json`), and at its seams against what the
//! documentation says.

use std::sync::LazyLock;

use katachi::{BatchView, Model, Pass, Shape};
use serde_json::Value;

use crate::check::Passes;

static RECORD: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("reference/functions.json")).expect("functions.json is JSON"));

/// A model for each function, and both tests over all of them.
macro_rules! functions {
    ($($name:ident($($inputs:tt)*) -> $output:tt $body:tt)*) => {
        mod functions {
            $(pub mod $name {
                katachi::model! {
                    pub struct M {}
                    fn forward($($inputs)*) -> $output $body
                }
            })*
        }

        #[test]
        fn every_function_and_its_gradient_are_those_of_jax() {
            let mut rows = list(&RECORD["functions"]).iter().chain(list(&RECORD["seams"]));
            $(
                let row = rows.next().expect("a row for each function");
                assert_eq!(row["name"], stringify!($name));
                if row["cotangent"].is_null() {
                    seam::<functions::$name::M<f64>>(row);
                } else {
                    compare::<functions::$name::M<f64>>(row);
                }
            )*
            assert_eq!(rows.next(), None, "a function for each row");
        }
    };
}

include!("reference/functions.rs");

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Numbers, of which `null` is NaN.
fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(|number| number.as_f64().unwrap_or(f64::NAN)).collect()
}

/// The inputs of a batch as rows: a sample's values are those of the first input, then those of the second.
fn packed(inputs: &[Vec<f64>], samples: usize) -> Vec<f64> {
    let part = |values: &[f64], sample: usize| {
        let size = values.len() / samples;
        values[sample * size..][..size].to_vec()
    };
    (0..samples).flat_map(|sample| inputs.iter().flat_map(move |values| part(values, sample))).collect()
}

#[track_caller]
fn assert_near(place: &str, actual: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len(), "{place}: length");
    let largest = expected.iter().fold(1e-6_f64, |largest, value| largest.max(value.abs()));
    for (index, (actual, expected)) in std::iter::zip(actual, expected).enumerate() {
        let off = (actual - expected).abs();
        let are_nan = actual.is_nan() && expected.is_nan();
        assert!(are_nan || off <= tolerance * largest, "{place}[{index}]: {actual} is not {expected}");
    }
}

fn compare<M: Model<Element = f64>>(row: &Value) {
    let name = row["name"].as_str().expect("a name");
    let arrays = |key: &str| list(&row[key]).iter().map(|array| numbers(&array["values"])).collect::<Vec<_>>();
    let samples = 3;
    let x = packed(&arrays("inputs"), samples);
    assert_eq!(x.len(), samples * M::Input::SIZE, "{name}: inputs");
    let model = M::zeros();
    let passes = Passes { model: &*model, x, pass: Pass::default() };
    let output = numbers(&row["output"]["values"]);
    assert_near(name, &passes.forward(), &output, 1e-12);
    assert_near(&format!("{name}: infer"), &passes.infer(), &output, 1e-12);
    let gradients = passes.backward(&numbers(&row["cotangent"]["values"]));
    assert_near(&format!("{name}: gradient"), &gradients.inputs, &packed(&arrays("gradients"), samples), 1e-11);
}

fn seam<M: Model<Element = f64>>(row: &Value) {
    let name = row["name"].as_str().expect("a name");
    let inputs: Vec<f64> = list(&row["inputs"]).iter().flat_map(numbers).collect();
    let model = M::zeros();
    let passes = Passes { model: &*model, x: inputs, pass: Pass::default() };
    assert_near(name, &passes.infer(), &numbers(&row["output"]), 1e-15);
    if let Some(gradients) = row["gradients"].as_array() {
        let expected: Vec<f64> = gradients.iter().flat_map(numbers).collect();
        let found = passes.backward(&vec![1.0; M::Output::SIZE]).inputs;
        assert_near(&format!("{name}: gradient"), &found, &expected, 1e-15);
    }
}

/// A number that is no row of the table gives a row of NaN, and no gradient.
#[test]
fn a_row_that_there_is_not_is_nan() {
    katachi::model! {
        struct Words { table: Embedding(3 => 2) }
        fn forward(x: [4]) -> [4, 2] { table(x) }
    }

    let mut words = <Words<f64> as Model>::init(1);
    words.table.weight.as_mut_slice().copy_from_slice(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let passes = Passes { model: &*words, x: vec![2.0, -1.0, 0.5, 3.0], pass: Pass::default() };
    let nan = f64::NAN;
    assert_near("lookup", &passes.infer(), &[5.0, 6.0, nan, nan, nan, nan, nan, nan], 0.0);
    let gradients = passes.backward(&[1.0; 8]);
    assert_near("gradient", &gradients.parameters, &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0], 0.0);
    let view: BatchView<'_, katachi::shape!(4), f64> = BatchView::new(&passes.x).unwrap();
    assert_eq!(view.len(), 1);
}

/// ⟨A x, y⟩ = ⟨x, Aᵀ y⟩ for the functions that are linear in their inputs.
#[test]
fn the_adjoints_of_linear_functions_are_exact() {
    macro_rules! linear {
        ($($name:ident)*) => { [$((stringify!($name), adjoint::<functions::$name::M<f64>> as fn(&str))),*] };
    }

    for (name, check) in linear! {
        neg transpose transpose_of_axes reshape flatten broadcast concat concat_of_rows stack stack_of_columns slice
        slice_of_an_axis pad pad_of_an_axis sum sum_over_axes sum_kept mean
    } {
        check(name);
    }
}

fn adjoint<M: Model<Element = f64>>(name: &str) {
    let mut numbers = crate::check::Numbers(11);
    let samples = 4;
    let (x, y) = (numbers.take(samples * M::Input::SIZE), numbers.take(samples * M::Output::SIZE));
    let model = M::zeros();
    let passes = Passes { model: &*model, x, pass: Pass::default() };
    let dot = |a: &[f64], b: &[f64]| std::iter::zip(a, b).map(|(a, b)| a * b).sum::<f64>();
    let (forward, backward) = (dot(&passes.forward(), &y), dot(&passes.x, &passes.backward(&y).inputs));
    assert!((forward - backward).abs() <= 1e-13 * forward.abs().max(1.0), "{name}: {forward} is not {backward}");
}

/// A product is linear in each factor: the other is held.
#[test]
fn the_adjoints_of_products_are_exact_in_each_factor() {
    use functions::{dot, matmul, matmul_of_a_column, matmul_of_a_row, matmul_of_a_stack, matmul_of_stacks, outer};

    in_each_factor::<matmul::M<f64>>("matmul", 6);
    in_each_factor::<matmul_of_a_row::M<f64>>("matmul of a row", 3);
    in_each_factor::<matmul_of_a_column::M<f64>>("matmul of a column", 6);
    in_each_factor::<matmul_of_stacks::M<f64>>("matmul of stacks", 12);
    in_each_factor::<matmul_of_a_stack::M<f64>>("matmul of a stack", 24);
    in_each_factor::<dot::M<f64>>("dot", 4);
    in_each_factor::<outer::M<f64>>("outer", 2);
}

/// ⟨f(a, b), y⟩ is ⟨a, ∂a⟩ and ⟨b, ∂b⟩; `first` is the size of a.
fn in_each_factor<M: Model<Element = f64>>(name: &str, first: usize) {
    let mut numbers = crate::check::Numbers(12);
    let (x, y) = (numbers.take(M::Input::SIZE), numbers.take(M::Output::SIZE));
    let model = M::zeros();
    let passes = Passes { model: &*model, x, pass: Pass::default() };
    let dot = |a: &[f64], b: &[f64]| std::iter::zip(a, b).map(|(a, b)| a * b).sum::<f64>();
    let (forward, dx) = (dot(&passes.forward(), &y), passes.backward(&y).inputs);
    for backward in [dot(&passes.x[..first], &dx[..first]), dot(&passes.x[first..], &dx[first..])] {
        assert!((forward - backward).abs() <= 1e-13 * forward.abs().max(1.0), "{name}: {forward} is not {backward}");
    }
}
