//! Models in files: what is read is what was written, to the last bit, and files that do not fit are refused.
//! `UPDATE_EXPECT=1 cargo test -p katachi-tests --test suite saving` writes the texts anew.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

use std::fs;

use expect_test::{Expect, expect};
use katachi::model::ParameterInfo;
use katachi::prelude::*;
use katachi::save::Extras;
use katachi::typenum::{U2, U3, U4};
use safetensors::SafeTensors;

use crate::bad_input::check;

model! {
    struct Mlp {
        hidden1: Dense(3 => 5, relu),
        Dropout(0.2),
        hidden2: Dense(5 => 4, tanh),
        logits: Dense(4 => 2),
    }
}

model! {
    struct Encoder {
        table: Embedding(7 => 3),
        scale: Param(3),
    }

    fn forward(row: []) -> [3] {
        table(row) * scale
    }
}

model! {
    struct Whole {
        encoder: Encoder([] => 3),
        #[frozen]
        body: Mlp(3 => 2),
        offset: Param,
    }

    fn forward(row: []) -> [2] {
        body(encoder(row)) + offset
    }
}

model! {
    struct Sized<In, Out> {
        hidden: Dense(In => Out, bias = false),
    }
}

model! {
    struct Bare {
        Input(4),
        Relu,
    }
}

/// Every kind of bits: NaN of both signs with payloads, infinities, zeros, subnormals.
fn with_all_bits<M: Model>(seed: u64) -> Box<M> {
    let mut model = M::init(seed);
    let special = [
        f32::from_bits(0x7fc1_2345),
        f32::from_bits(0xffa0_0001),
        f32::INFINITY,
        f32::NEG_INFINITY,
        -0.0,
        f32::from_bits(1),
        f32::MAX,
    ];
    for (value, special) in model.as_mut_slice().iter_mut().zip(special) {
        *value = M::Element::from_f64(special.into());
    }
    model
}

/// The bits of all parameters, which tell one NaN from another.
fn bits<M: Model>(model: &M) -> Vec<u64> {
    // A float of either type is the same `f64` only if it has the same bits, and a NaN keeps sign and payload.
    model.as_slice().iter().map(|value| value.to_f64().to_bits()).collect()
}

fn round_trip<M: Model + PartialEq>() {
    let model = with_all_bits::<M>(3);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    model.save(&path).unwrap();
    assert_eq!(bits(&*<M as Save>::load(&path).unwrap()), bits(&*model));
    let mut other = M::init(4);
    other.load_weights(&path).unwrap();
    assert_eq!(bits(&*other), bits(&*model));
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes, model.save_bytes(&Extras::new()).unwrap());
    assert_eq!(bits(&*<M as Save>::load_bytes(&bytes).unwrap()), bits(&*model));
    // In place, wherever the bytes happen to lie at a multiple of 8.
    let mut aligned = vec![0_u64; bytes.len().div_ceil(8)];
    let aligned: &mut [u8] = &mut as_bytes(&mut aligned)[..bytes.len()];
    aligned.copy_from_slice(&bytes);
    assert_eq!(bits(<M as Save>::view(aligned).unwrap()), bits(&*model));
    assert_as_the_format_says(&model, &bytes);
}

fn as_bytes(words: &mut [u64]) -> &mut [u8] {
    let length = size_of_val(words);
    // SAFETY: every byte of a `u64` is a `u8`, and every `u8` may be there.
    unsafe { std::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), length) }
}

/// The format's own library sees the same arrays, in the order of declaration and at a multiple of 64.
fn assert_as_the_format_says<M: Model>(model: &M, bytes: &[u8]) {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut start = bytes.len() - size_of_val(model.as_slice());
    assert_eq!(start % 64, 0);
    let mut count = 0;
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, _, parameter| {
        let array = file.tensor(&path.to_string()).unwrap();
        assert_eq!(array.shape(), parameter.shape, "{path}");
        assert_eq!(array.data(), &bytes[start..][..array.data().len()], "{path}");
        start += array.data().len();
        count += 1;
    });
    assert_eq!(file.names().len(), count);
}

#[test]
fn what_is_loaded_is_what_was_saved() {
    round_trip::<Mlp>();
    round_trip::<Mlp<f64>>();
    round_trip::<Whole>();
    round_trip::<Whole<f64>>();
    round_trip::<Sized<U3, U4>>();
    round_trip::<Sized<U2, U2, f64>>();
    round_trip::<Bare>();
    round_trip::<Bare<f64>>();
}
