//! Every function of the language against numbers of JAX (`reference/functions.json`), and at its seams against what the
//! documentation says.

use std::sync::LazyLock;

use katachi::{Model, Pass, Shape};
use serde_json::Value;

use crate::check::{Numbers, Passes};

static RECORD: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("reference/functions.json")).expect("functions.json is JSON"));

/// A model for each function, and the test over all of them.
macro_rules! functions {
    ($($name:ident { $($parameters:tt)* } ($($inputs:tt)*) -> $output:tt $body:tt)*) => {
        $(mod $name {
            katachi::model! {
                pub struct M { $($parameters)* }
                fn forward($($inputs)*) -> $output $body
            }
        })*

        #[test]
        fn every_function_and_its_gradient_are_those_of_jax() {
            let mut rows = list(&RECORD["functions"]).iter().chain(list(&RECORD["seams"]));
            $(
                let row = rows.next().expect("a row for each function");
                assert_eq!(row["name"], stringify!($name));
                if row["cotangent"].is_null() {
                    seam::<$name::M<f64>>(row);
                } else {
                    compare::<$name::M<f64>>(row);
                }
            )*
            assert_eq!(rows.next(), None, "a function for each row");
        }
    };
}

include!("reference/functions.rs");

/// The samples of a batch. At a seam all are the same, so that it lies in vectors of the processor and behind the last.
const SAMPLES: usize = 5;

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Numbers, of which strings are those that JSON has not.
fn numbers(value: &Value) -> Vec<f64> {
    let number = |value: &Value| value.as_str().map_or_else(|| value.as_f64(), |text| text.parse().ok());
    list(value).iter().map(|value| number(value).expect("a number")).collect()
}

fn arrays(value: &Value) -> Vec<Vec<f64>> {
    list(value).iter().map(|array| numbers(&array["values"])).collect()
}

/// The inputs of a batch as rows: a sample's values are those of the first input, then those of the second.
fn packed(inputs: &[Vec<f64>]) -> Vec<f64> {
    let part = |values: &[f64], sample: usize| {
        let size = values.len() / SAMPLES;
        values[sample * size..][..size].to_vec()
    };
    (0..SAMPLES).flat_map(|sample| inputs.iter().flat_map(move |values| part(values, sample))).collect()
}

/// The way back from `packed`, to arrays of the sizes of `like`.
fn unpacked(values: &[f64], like: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let sizes = like.iter().map(|array| array.len() / SAMPLES);
    let row: usize = sizes.clone().sum();
    let mut offset = 0;
    sizes
        .map(|size| {
            let array = values.chunks(row).flat_map(|sample| sample[offset..][..size].to_vec()).collect();
            offset += size;
            array
        })
        .collect()
}

fn with_parameters<M: Model<Element = f64>>(parameters: &[f64]) -> Box<M> {
    let mut model = M::zeros();
    model.as_mut_slice().copy_from_slice(parameters);
    model
}

/// A number may be off by `tolerance` of the largest of its array; where all are 0, by that of 1e-6.
#[track_caller]
fn assert_recorded(place: &str, actual: &[f64], recorded: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), recorded.len(), "{place}: length");
    let largest = recorded.iter().fold(1e-6_f64, |largest, value| largest.max(value.abs()));
    for (index, (actual, recorded)) in std::iter::zip(actual, recorded).enumerate() {
        let off = (actual - recorded).abs();
        // Written so that NaN is not close to anything.
        assert!(off <= tolerance * largest, "{place}[{index}]: {actual} is not {recorded}: off by {off:e}");
    }
}

fn compare<M: Model<Element = f64>>(row: &Value) {
    let name = row["name"].as_str().expect("a name");
    let (inputs, parameters) = (arrays(&row["inputs"]), arrays(&row["parameters"]));
    let x = packed(&inputs);
    assert_eq!(x.len(), SAMPLES * M::Input::SIZE, "{name}: inputs");
    let model = with_parameters::<M>(&parameters.concat());
    let passes = Passes { model: &*model, x, pass: Pass::default() };
    let output = numbers(&row["output"]["values"]);
    assert_recorded(name, &passes.forward(), &output, 1e-12);
    assert_recorded(&format!("{name}: infer"), &passes.infer(), &output, 1e-12);

    let found = passes.backward(&numbers(&row["cotangent"]["values"]));
    let recorded = arrays(&row["gradients"]);
    let mut of_parameters = found.parameters.as_slice();
    let mut gradients = unpacked(&found.inputs, &inputs);
    for parameter in &parameters {
        gradients.push(of_parameters[..parameter.len()].to_vec());
        of_parameters = &of_parameters[parameter.len()..];
    }
    assert_eq!(gradients.len(), recorded.len(), "{name}: gradients");
    for (argument, (gradient, recorded)) in std::iter::zip(&gradients, &recorded).enumerate() {
        assert_recorded(&format!("{name}: gradient by argument {argument}"), gradient, recorded, 1e-11);
    }
}

/// Each number by itself, as those of a seam are not of one size.
#[track_caller]
fn assert_documented(place: &str, actual: &[f64], documented: &[f64]) {
    assert_eq!(actual.len(), documented.len(), "{place}: length");
    for (index, (&actual, &documented)) in std::iter::zip(actual, documented).enumerate() {
        let is_near = (actual - documented).abs() <= 1e-14 * documented.abs();
        let is_it = if documented.is_finite() { is_near } else { actual.to_string() == documented.to_string() };
        assert!(is_it, "{place}[{index}]: {actual} is not {documented}");
    }
}

fn seam<M: Model<Element = f64>>(row: &Value) {
    let name = row["name"].as_str().expect("a name");
    let all = |key: &str| list(&row[key]).iter().map(numbers).collect::<Vec<_>>();
    let (inputs, parameters, output) = (all("inputs"), all("parameters"), numbers(&row["output"]));
    let model = with_parameters::<M>(&parameters.concat());
    let passes = Passes { model: &*model, x: inputs.concat().repeat(SAMPLES), pass: Pass::default() };
    assert_documented(name, &passes.forward(), &output.repeat(SAMPLES));
    assert_documented(&format!("{name}: infer"), &passes.infer(), &output.repeat(SAMPLES));
    if row["gradients"].is_null() {
        return;
    }
    let mut documented = all("gradients");
    let of_parameters = documented.split_off(inputs.len()).concat();
    let found = passes.backward(&vec![1.0; SAMPLES * M::Output::SIZE]);
    assert_documented(&format!("{name}: gradient"), &found.inputs, &documented.concat().repeat(SAMPLES));
    let of_batch: Vec<f64> = of_parameters.iter().map(|value| value * SAMPLES as f64).collect();
    assert_documented(&format!("{name}: gradient by parameters"), &found.parameters, &of_batch);
}

/// What is dropped is drawn, so there is no number to record: each value is 0 or its share more, in the gradient as well.
#[test]
fn dropout_drops_its_rate_and_the_gradient_the_same() {
    katachi::model! {
        struct Drops {}
        fn forward(x: [40]) -> [40] { dropout(x, 0.25) }
    }

    let samples = 250;
    let mut numbers = Numbers(8);
    let (x, dy) = (numbers.take(samples * 40), numbers.take(samples * 40));
    let model = with_parameters::<Drops<f64>>(&[]);
    let passes = Passes { model: &*model, x, pass: Pass { seed: 4, step: 9 } };
    assert_eq!(passes.infer(), passes.x);
    let (y, dx) = (passes.forward(), passes.backward(&dy).inputs);
    let mut dropped = 0;
    for index in 0..y.len() {
        if y[index].abs() > 0.0 {
            assert_recorded("kept", &[y[index], dx[index]], &[passes.x[index] / 0.75, dy[index] / 0.75], 1e-15);
        } else {
            assert_documented("dropped", &dx[index..=index], &[0.0]);
            dropped += 1;
        }
    }
    // 2500 of 10000, with a standard deviation of 43.
    assert!((2300..2700).contains(&dropped), "{dropped} of 10000 are dropped");
}

/// As `lookup_outside`, through a layer: a number that is no row gives a row of NaN, and no gradient.
#[test]
fn an_embedding_has_no_row_outside_of_its_table() {
    katachi::model! {
        struct Words { table: Embedding(3 => 2) }
        fn forward(x: [4]) -> [4, 2] { table(x) }
    }

    let words = with_parameters::<Words<f64>>(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let passes = Passes { model: &*words, x: vec![2.0, -1.0, 0.5, 3.0], pass: Pass::default() };
    let nan = f64::NAN;
    assert_documented("rows", &passes.infer(), &[5.0, 6.0, nan, nan, nan, nan, nan, nan]);
    assert_documented("gradient", &passes.backward(&[1.0; 8]).parameters, &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
}
