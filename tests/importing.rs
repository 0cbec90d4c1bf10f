//! Weights that Keras and `PyTorch` saved (`reference/weights.py`) give the outputs that they computed.
//! `UPDATE_EXPECT=1 cargo test -p katachi-tests --test suite importing` writes the texts anew.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use katachi::prelude::*;
use katachi::save::Extras;
use katachi::{Element, Layout};
use serde_json::Value;

use crate::bad_input::check;

model! {
    struct Mlp {
        hidden1: Dense(4 => 5, relu),
        Dropout(0.2),
        hidden2: Dense(5 => 5, tanh),
        logits: Dense(5 => 3),
    }
}

model! {
    struct Head {
        hidden: Dense(5 => 5, tanh),
        output: Dense(5 => 2),
    }
}

model! {
    struct Nested {
        table: Embedding(7 => 5),
        head: Head(5 => 2),
    }

    fn forward(rows: [3]) -> [2] {
        head(mean(table(rows), axis = 0))
    }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/reference/weights")).join(name)
}

/// What another library computed.
fn recorded(name: &str) -> Vec<f64> {
    let all: Value = serde_json::from_str(include_str!("reference/weights/outputs.json")).unwrap();
    all[name].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

fn batch<S: Shape>(name: &str) -> Batch<S> {
    Batch::from_vec(recorded(name).into_iter().map(f32::from_f64).collect()).unwrap()
}

#[track_caller]
fn assert_outputs(outputs: &[f32], name: &str) {
    let expected = recorded(name);
    assert_eq!(outputs.len(), expected.len());
    for (output, expected) in outputs.iter().zip(expected) {
        assert!((f64::from(*output) - expected).abs() < 1e-5, "{output} is not {expected}");
    }
}

/// Reads a file into a new `Mlp`, compares its outputs, and returns the report.
#[track_caller]
fn report(import: Import, name: &str) -> String {
    let mut mlp = Mlp::init(1);
    let report = import.into(&mut mlp).unwrap();
    assert_outputs(mlp.predict(&batch::<shape!(4)>("x")).as_slice(), name);
    format!("{report}\n")
}

#[test]
fn weights_of_keras_in_hdf5() {
    expect![[r#"
        file                   shape   model           shape
        layers/dense/vars/0    [4, 5]  hidden1.weight  [4, 5]  by name
        layers/dense/vars/1    [5]     hidden1.bias    [5]     by name
        layers/dense_1/vars/0  [5, 5]  hidden2.weight  [5, 5]  by shape
        layers/dense_1/vars/1  [5]     hidden2.bias    [5]     by shape
        layers/dense_2/vars/0  [5, 3]  logits.weight   [5, 3]  by name
        layers/dense_2/vars/1  [3]     logits.bias     [3]     by name
    "#]]
    .assert_eq(&report(Import::from_h5(path("keras.weights.h5")).unwrap(), "keras"));
    let mut nested = Nested::init(1);
    let import = Import::from_h5(path("keras_nested.weights.h5")).unwrap();
    expect![[r#"
        file                                     shape   model               shape
        layers/embedding/vars/0                  [7, 5]  table.weight        [7, 5]  by name
        layers/sequential/layers/dense/vars/0    [5, 5]  head.hidden.weight  [5, 5]  by shape
        layers/sequential/layers/dense/vars/1    [5]     head.hidden.bias    [5]     by shape
        layers/sequential/layers/dense_1/vars/0  [5, 2]  head.output.weight  [5, 2]  by shape
        layers/sequential/layers/dense_1/vars/1  [2]     head.output.bias    [2]     by shape
    "#]]
    .assert_eq(&format!("{}\n", import.into(&mut nested).unwrap()));
    assert_outputs(nested.predict(&batch::<shape!(3)>("rows")).as_slice(), "keras_nested");
    // By a map from the paths of the file, too.
    let mut again = Nested::init(2);
    let import = Import::from_h5(path("keras_nested.weights.h5")).unwrap();
    import
        .map("layers/sequential/layers/dense", "head.hidden")
        .map("layers/sequential/layers/dense_1", "head.output")
        .into(&mut again)
        .unwrap();
    assert_eq!(again.as_slice(), nested.as_slice());
}

#[test]
fn weights_of_keras_in_npz() {
    expect![[r#"
        file   shape   model           shape
        arr_0  [4, 5]  hidden1.weight  [4, 5]  by order
        arr_1  [5]     hidden1.bias    [5]     by order
        arr_2  [5, 5]  hidden2.weight  [5, 5]  by order
        arr_3  [5]     hidden2.bias    [5]     by order
        arr_4  [5, 3]  logits.weight   [5, 3]  by order
        arr_5  [3]     logits.bias     [3]     by order
    "#]]
    .assert_eq(&report(Import::from_npz(path("keras.npz")).unwrap(), "keras"));
    expect![[r#"
        file            shape   model           shape
        hidden1/kernel  [4, 5]  hidden1.weight  [4, 5]  by name
        hidden1/bias    [5]     hidden1.bias    [5]     by name
        second/kernel   [5, 5]  hidden2.weight  [5, 5]  by shape
        second/bias     [5]     hidden2.bias    [5]     by shape
        logits/kernel   [5, 3]  logits.weight   [5, 3]  by name
        logits/bias     [3]     logits.bias     [3]     by name
    "#]]
    .assert_eq(&report(Import::from_npz(path("keras_named.npz")).unwrap(), "keras"));
}

#[test]
fn weights_of_pytorch() {
    expect![[r#"
        file        shape   model           shape
        fc1.weight  [5, 4]  hidden1.weight  [4, 5]  by shape, transposed
        fc1.bias    [5]     hidden1.bias    [5]     by shape
        fc2.weight  [5, 5]  hidden2.weight  [5, 5]  by shape, transposed
        fc2.bias    [5]     hidden2.bias    [5]     by shape
        out.weight  [3, 5]  logits.weight   [5, 3]  by shape, transposed
        out.bias    [3]     logits.bias     [3]     by shape
    "#]]
    .assert_eq(&report(Import::from_safetensors(path("torch.safetensors")).unwrap(), "torch"));
    expect![[r#"
        file      shape   model           shape
        0.weight  [5, 4]  hidden1.weight  [4, 5]  by shape, transposed
        0.bias    [5]     hidden1.bias    [5]     by shape
        2.weight  [5, 5]  hidden2.weight  [5, 5]  by shape, transposed
        2.bias    [5]     hidden2.bias    [5]     by shape
        4.weight  [3, 5]  logits.weight   [5, 3]  by shape, transposed
        4.bias    [3]     logits.bias     [3]     by shape
    "#]]
    .assert_eq(&report(Import::from_safetensors(path("torch_half.safetensors")).unwrap(), "torch_half"));
    let mapped = Import::from_safetensors(path("torch.safetensors")).unwrap();
    let mapped = mapped.map("fc1", "hidden1").map("fc2", "hidden2").map("out.weight", "logits.weight");
    expect![[r#"
        file        shape   model           shape
        fc1.weight  [5, 4]  hidden1.weight  [4, 5]  by map, transposed
        fc1.bias    [5]     hidden1.bias    [5]     by map
        fc2.weight  [5, 5]  hidden2.weight  [5, 5]  by map, transposed
        fc2.bias    [5]     hidden2.bias    [5]     by map
        out.weight  [3, 5]  logits.weight   [5, 3]  by map, transposed
        out.bias    [3]     logits.bias     [3]     by shape
    "#]]
    .assert_eq(&report(mapped, "torch"));
}

/// A file of our own is read as it is; the same arrays said to be of another layout are not.
#[test]
fn weights_of_this_crate() {
    let mlp = Mlp::init(3);
    let bytes = mlp.save_bytes(&Extras::new()).unwrap();
    let mut other = Mlp::init(4);
    Import::from_safetensors_bytes(&bytes).unwrap().into(&mut other).unwrap();
    assert_eq!(other.as_slice(), mlp.as_slice());
    let import = Import::from_safetensors_bytes(&bytes).unwrap().layout(Layout::OutputsFirst);
    check(
        import.into(&mut other),
        &expect![[r#"
            these bytes: `hidden1.weight` has the shape [4, 5], and for `hidden1.weight` of `Mlp`, which it is by name, it would have [5, 4], outputs first;
            say with `layout`, or `transposed`, how the file keeps it"#]],
    );
    // In f64, and only what fits.
    let mut precise = <Head<f64> as Model>::init(4);
    let report = Import::from_safetensors_bytes(&bytes).unwrap().map("hidden2", "hidden").partial().into(&mut precise);
    expect![[r#"
        file            shape   model          shape
        hidden2.weight  [5, 5]  hidden.weight  [5, 5]  by map
        hidden2.bias    [5]     hidden.bias    [5]     by map
        –                       output.weight  [5, 2]  as it was
        –                       output.bias    [2]     as it was
        hidden1.weight  [4, 5]  –                      left out
        hidden1.bias    [5]     –                      left out
        logits.weight   [5, 3]  –                      left out
        logits.bias     [3]     –                      left out
    "#]]
    .assert_eq(&format!("{}\n", report.unwrap()));
    assert_eq!(precise.hidden.weight.cast::<f32>(), mlp.hidden2.weight);
}

/// A safetensors file of zeros with these arrays of f32.
fn zeros(arrays: &[(&str, &[usize])]) -> Vec<u8> {
    let mut end = 0;
    let entries: Vec<String> = arrays
        .iter()
        .map(|(name, shape)| {
            let start = end;
            end += 4 * shape.iter().product::<usize>();
            format!(r#""{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{start},{end}]}}"#)
        })
        .collect();
    let header = format!("{{{}}}", entries.join(","));
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &vec![0; end]].concat()
}

#[test]
#[allow(clippy::too_many_lines, reason = "a list of mistakes, each with its text")]
fn what_is_not_certain_is_an_error_and_changes_nothing() {
    model! {
        struct Twins { left: Dense(4 => 4), right: Dense(4 => 4) }
    }
    let refused = |import: Import, expected: &Expect| {
        let mut twins = Twins::init(1);
        check(import.into(&mut twins), expected);
        assert_eq!(twins.as_slice(), Twins::init(1).as_slice());
    };
    let read = |arrays: &[(&str, &[usize])]| Import::from_safetensors_bytes(&zeros(arrays)).unwrap();
    let twins = || read(&[("a.bias", &[4]), ("a.weight", &[4, 4]), ("b.bias", &[4]), ("b.weight", &[4, 4])]);
    refused(
        twins(),
        &expect![[r#"
        these bytes: nothing in it is certain to be for `left.weight` of `Twins`;
        say with `map` what is, or leave it as it is with `partial`;
        what was found is
        file      shape   model         shape
        –                 left.weight   [4, 4]  as it was
        –                 left.bias     [4]     as it was
        –                 right.weight  [4, 4]  as it was
        –                 right.bias    [4]     as it was
        a.bias    [4]     –                     left out
        a.weight  [4, 4]  –                     left out
        b.bias    [4]     –                     left out
        b.weight  [4, 4]  –                     left out"#]],
    );
    refused(
        twins().map("c", "left"),
        &expect![[r#"
        these bytes: `map("c", "left")`: there is no `c` in it that is left;
        the names are `a`, `a.bias`, `a.weight`, `b`, `b.bias`, `b.weight`"#]],
    );
    refused(
        twins().map("a", "lefd"),
        &expect![[r#"
        these bytes: `map("a", "lefd")`: there is no `lefd` in `Twins` that is left;
        did you mean `left`?"#]],
    );
    refused(
        twins().map("a.weight", "left.bias"),
        &expect![[r#"
            these bytes: `a.weight` has the shape [4, 4], and for `left.bias` of `Twins`, which it is by map, it would have [4];
            say with `map` what belongs together, or pass the file of a model of the same sizes"#]],
    );
    refused(
        twins().transposed("lef.weight", true),
        &expect![[r#"
        these bytes: `transposed("lef.weight", true)`: `Twins` has no such array;
        did you mean `left.weight`?"#]],
    );
    refused(
        twins().transposed("left.bias", true),
        &expect![[r#"
        these bytes: `transposed("left.bias", true)`: its shape is [4];
        only arrays of two dimensions are transposed"#]],
    );
    refused(
        read(&[("left.x", &[4]), ("left.y", &[4])]).map("left", "right"),
        &expect![[r#"
        these bytes: `map("left", "right")`: it is not certain which array of the one is which of the other;
        map array by array: there are `left.x`, `left.y` in the file, and `right.weight`, `right.bias` in the model"#]],
    );
    assert!(twins().map("a", "right").into(&mut *Twins::init(1)).is_ok());
    // Numbers in the names make it certain.
    let numbered = read(&[("n.1.bias", &[4]), ("n.1.weight", &[4, 4]), ("n.10.bias", &[4]), ("n.10.weight", &[4, 4])]);
    expect![[r#"
        file         shape   model         shape
        n.1.weight   [4, 4]  left.weight   [4, 4]  by shape, transposed
        n.1.bias     [4]     left.bias     [4]     by shape
        n.10.weight  [4, 4]  right.weight  [4, 4]  by shape, transposed
        n.10.bias    [4]     right.bias    [4]     by shape
    "#]]
    .assert_eq(&format!("{}\n", numbered.into(&mut *Twins::init(1)).unwrap()));
    // More layers than the model has.
    let three = read(&[
        ("1.weight", &[4, 4]),
        ("1.bias", &[4]),
        ("2.weight", &[4, 4]),
        ("2.bias", &[4]),
        ("3.weight", &[4, 4]),
        ("3.bias", &[4]),
    ]);
    refused(
        three,
        &expect![[r#"
        these bytes: nothing in it is certain to be for `left.weight` of `Twins`;
        say with `map` what is, or leave it as it is with `partial`;
        what was found is
        file      shape   model         shape
        –                 left.weight   [4, 4]  as it was
        –                 left.bias     [4]     as it was
        –                 right.weight  [4, 4]  as it was
        –                 right.bias    [4]     as it was
        1.weight  [4, 4]  –                     left out
        1.bias    [4]     –                     left out
        2.weight  [4, 4]  –                     left out
        2.bias    [4]     –                     left out
        3.weight  [4, 4]  –                     left out
        3.bias    [4]     –                     left out"#]],
    );
}

/// A gigabyte of zeros is packed in a megabyte; and a few links are as many ways as there are products of their numbers.
#[test]
fn files_of_keras_that_are_larger_than_they_look() {
    let read = |name: &str| {
        let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)).unwrap();
        Import::from_h5_bytes(&bytes)?.partial().into(&mut *Small::init(1))
    };
    model! {
        struct Small { hidden: Dense(3 => 4) }
    }
    check(
        read("seeds/h5/large-chunks.h5"),
        &expect![[r#"
        these bytes: `hidden/vars/0` of shape [3, 4] is stored in chunks of [3, 67108864];
        the file is damaged: copy or save it again"#]],
    );
    check(
        read("refused/many-ways.h5"),
        &expect![[r#"
        these bytes: its groups lead into one another without end;
        the file is damaged: copy or save it again"#]],
    );
}

/// The standard library panics at a width of more than 65,535, and a column of it would make every line as long.
#[test]
fn a_name_without_end_does_not_widen_the_report() {
    let name = "x".repeat(70_000);
    let import = Import::from_safetensors_bytes(&zeros(&[(&name, &[7]), ("logits.bias", &[3])])).unwrap();
    let report = import.partial().into(&mut *Mlp::init(1)).unwrap().to_string();
    let is_short = |line: &&str| line.len() < 500;
    assert_eq!(report.lines().filter(|line| line.starts_with(&name)).count(), 1);
    assert_eq!(report.lines().filter(is_short).count() + 1, report.lines().count());
}

#[test]
fn a_square_in_a_model_within_a_model_is_to_be_named() {
    model! {
        struct Bare { square: Dense(5 => 5, bias = false) }
    }
    model! {
        struct Outer { bare: Bare(5 => 5) }
    }
    let square = || Import::from_safetensors_bytes(&zeros(&[("bare.square.weight", &[5, 5])])).unwrap();
    check(
        square().into(&mut *Outer::init(1)),
        &expect![[r#"
        these bytes: the shape of `bare.square.weight`, [5, 5], does not tell whether it is transposed;
        say `.transposed("bare.square.weight", true)` if it is the weight of a dense layer of PyTorch, else `false`"#]],
    );
    assert!(square().transposed("bare.square.weight", true).into(&mut *Outer::init(1)).is_ok());
}

#[test]
fn files_that_are_none() {
    check(
        Import::from_h5_bytes(b"nonsense"),
        &expect![[r#"
        these bytes: it cannot be read as an HDF5 file (HDF5 format error: HDF5 signature not found at any valid offset);
        copy the file again, or write it again with `model.save_weights` of Keras 3"#]],
    );
    check(
        Import::from_npz_bytes(b"nonsense"),
        &expect![[r#"
        these bytes: this is no whole .npz file;
        write it again with `np.savez`"#]],
    );
    check(
        Import::from_safetensors_bytes(b"nonsense"),
        &expect![[r#"
        these bytes: this is no safetensors file: its header would have 7310308002159816558 bytes;
        pass a safetensors file, as `save` writes"#]],
    );
    let half = std::fs::read(path("keras.weights.h5")).unwrap();
    assert!(Import::from_h5_bytes(&half[..half.len() / 2]).is_err());
    let mut import = std::fs::read(path("keras.npz")).unwrap();
    let values = import.windows(6).position(|window| window == b"\x93NUMPY").unwrap() + 128;
    import[values + 4] ^= 1;
    let damaged = Import::from_npz_bytes(&import).and_then(|import| import.into(&mut *Mlp::init(1)));
    check(
        damaged,
        &expect![[r#"
        these bytes: array `arr_0`: the archive is damaged;
        write it again with `np.savez`"#]],
    );
}

/// Bytes changed at random: an error or a model, never a panic, and no memory for what is only declared.
#[test]
fn damaged_files_do_no_harm() {
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for (name, read) in [
        ("keras_nested.weights.h5", Import::from_h5_bytes as fn(&[u8]) -> Result<Import, Error>),
        ("keras.npz", Import::from_npz_bytes),
        ("keras_named.npz", Import::from_npz_bytes),
        ("torch.safetensors", Import::from_safetensors_bytes),
    ] {
        let whole = std::fs::read(path(name)).unwrap();
        for _ in 0..500 {
            let mut bytes = whole.clone();
            for _ in 0..=random(3) {
                let at = random(bytes.len());
                bytes[at] = [0, 0xff, u8::try_from(random(256)).unwrap()][random(3)];
            }
            bytes.truncate(if random(5) == 0 { random(whole.len()) } else { whole.len() });
            if let Ok(import) = read(&bytes) {
                let _ = import.partial().into(&mut *Mlp::init(1));
            }
        }
    }
}
